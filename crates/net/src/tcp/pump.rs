//! The loop of one connection: bytes in, bytes out, and a look at the clock. What they mean is the
//! [`Conversation`]'s business.

use super::{Cut, TcpOptions};
use base::clock::OsClock;
use bytes::{Buf, BytesMut};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

/// Queued packets are moved to the output only below this: what has been moved can no longer give
/// way to younger media. About 40 packets, so that a write is worth its system call.
const OUTPUT_LOW_BYTES: usize = 64 * 1024;
/// Answers to requests that the peer does not read: more than this and he floods us.
const OUTPUT_MAX_BYTES: usize = 256 * 1024;
/// A buffer serves several reads, for frames are slices of it: a new one only when less than a
/// full packet's room is left.
const READ_BYTES: usize = 16 * 1024;
const MIN_READ_BYTES: usize = 2 * 1024;
/// How exactly timeouts of seconds are kept.
const TICK: Duration = Duration::from_secs(1);

/// One peer's side of a protocol, without input and output of its own.
pub(crate) trait Conversation {
    /// Takes whole frames out of `input`, appends answers to `output`.
    fn received(
        &mut self,
        now: Instant,
        input: &mut BytesMut,
        output: &mut BytesMut,
    ) -> Result<(), Cut>;

    /// Appends one queued packet to `output`; false when none is queued.
    fn next_packet(&mut self, now: Instant, output: &mut BytesMut) -> bool;

    /// Whether the connection has become useless. `heard`: when the peer last sent something.
    fn overdue(&mut self, now: Instant, heard: Instant) -> Option<Cut>;
}

/// Runs until the connection ends; `queued` tells that there is a packet to be sent.
pub(crate) async fn pump(
    stream: impl AsyncRead + AsyncWrite,
    mut conversation: impl Conversation,
    queued: &Notify,
    options: &TcpOptions,
) -> Cut {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
    let mut unflushed = false;
    let mut heard = OsClock.now();
    let mut progress = heard;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        while output.len() < OUTPUT_LOW_BYTES
            && conversation.next_packet(OsClock.now(), &mut output)
        {}
        let to_write = !output.is_empty() || unflushed;
        if input.capacity() - input.len() < MIN_READ_BYTES {
            input.reserve(READ_BYTES);
        }
        tokio::select! {
            read = reader.read_buf(&mut input) => {
                if !matches!(read, Ok(1..)) {
                    return Cut::Closed;
                }
                heard = OsClock.now();
                if let Err(cut) = conversation.received(heard, &mut input, &mut output) {
                    return cut;
                }
                if output.len() > OUTPUT_MAX_BYTES {
                    return Cut::Slow;
                }
            }
            written = write_some(&mut writer, &output), if to_write => {
                let Some(written) = written else {
                    return Cut::Closed;
                };
                output.advance(written);
                unflushed = written > 0;
                progress = OsClock.now();
            }
            () = queued.notified(), if output.len() < OUTPUT_LOW_BYTES => {}
            _ = tick.tick() => {
                let now = OsClock.now();
                if to_write && now.saturating_duration_since(progress) >= options.write_stall {
                    return Cut::Slow;
                }
                if let Some(cut) = conversation.overdue(now, heard) {
                    return cut;
                }
            }
        }
        if !to_write {
            // The stall counts from when there was something to write.
            progress = OsClock.now();
        }
    }
}

/// Writes some bytes, or flushes when there are none: TLS keeps what the socket did not take.
/// `None` when the connection is broken. Loses nothing when it is dropped while waiting.
async fn write_some(writer: &mut (impl AsyncWrite + Unpin), output: &BytesMut) -> Option<usize> {
    if output.is_empty() {
        return writer.flush().await.ok().map(|()| 0);
    }
    writer
        .write(output)
        .await
        .ok()
        .filter(|written| *written > 0)
}
