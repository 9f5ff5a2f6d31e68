//! What cameras send.

use crate::media::VideoLayer;
use base::Bitrate;

/// As clients of this ecosystem publish a 720p camera.
pub const CAMERA: [VideoLayer; 3] = [
    VideoLayer {
        width: 320,
        height: 180,
        bitrate: Bitrate::kbps(150),
        fps: 20,
    },
    VideoLayer {
        width: 640,
        height: 360,
        bitrate: Bitrate::kbps(450),
        fps: 20,
    },
    VideoLayer {
        width: 1280,
        height: 720,
        bitrate: Bitrate::kbps(1_700),
        fps: 30,
    },
];

/// A camera that costs the simulation less.
pub const SMALL_CAMERA: [VideoLayer; 3] = [
    VideoLayer {
        width: 160,
        height: 90,
        bitrate: Bitrate::kbps(60),
        fps: 15,
    },
    VideoLayer {
        width: 320,
        height: 180,
        bitrate: Bitrate::kbps(150),
        fps: 15,
    },
    VideoLayer {
        width: 640,
        height: 360,
        bitrate: Bitrate::kbps(400),
        fps: 15,
    },
];
