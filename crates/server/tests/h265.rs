//! H.265 passes through. No browser here encodes it, so ffmpeg does: x265's picture goes through the
//! server in the packets that ffmpeg makes of it (RFC 7798), and ffmpeg decodes what came.

mod call;
mod hevc;
mod stoa;

use base::clock::OsClock;
use call::{Client, Packet};
use hevc::{Camera, FRAMES, GROUP, SIZE};
use std::time::Duration;
use stoa::Server;
use str0m::format::Codec;

/// Generous: the machine may be building at the same time.
const PATIENCE: Duration = Duration::from_secs(90);

/// The picture is in its third group when the last of them joins.
const LATE: usize = 2 * GROUP + 5;

#[tokio::test]
async fn h265_is_decoded_from_a_key_frame_on_by_who_was_there_and_by_who_comes_late() {
    let server = Server::start("");
    let end = OsClock.now() + PATIENCE;
    let mut ana = Client::joins(&server, "h265", "ana").await;
    let mut ben = Client::joins(&server, "h265", "ben").await;
    ana.publishes(Codec::H265, SIZE).await;
    while !ana.can_send() {
        turn(&mut [&mut ana, &mut ben]).await;
        assert!(OsClock.now() < end, "ana is connected");
    }

    let mut camera = Camera::starts();
    let mut sent: Vec<Packet> = Vec::new();
    let mut late: Option<Client> = None;
    loop {
        for packet in camera.packets() {
            ana.sends(&packet);
            sent.push(packet);
        }
        if late.is_none() && hevc::frames(&sent) > LATE {
            late = Some(Client::joins(&server, "h265", "cem").await);
        }
        let mut everybody = vec![&mut ana, &mut ben];
        everybody.extend(&mut late);
        turn(&mut everybody).await;
        let receivers = [Some(&ben), late.as_ref()];
        if camera.has_ended() && receivers.iter().all(|client| has_last(*client, &sent)) {
            break;
        }
        assert!(OsClock.now() < end, "the last picture has come to both");
    }
    assert_eq!(hevc::frames(&sent), FRAMES);
    let cem = late.unwrap();
    for client in [&ben, &cem] {
        let received = client.received();
        came_through(&sent, &received);
        assert!(hevc::frames(&received) >= GROUP, "a second at least");
        hevc::shows_the_end_of_the_picture(&received);
    }
    let most = FRAMES - 2 * GROUP;
    assert!(hevc::frames(&cem.received()) <= most, "he was late");
}

async fn turn(clients: &mut [&mut Client]) {
    for client in clients {
        client.turn().await;
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
}

fn has_last(client: Option<&Client>, sent: &[Packet]) -> bool {
    let last = sent.last().map(|packet| &packet.payload);
    client.is_some_and(|client| {
        let received = client.received();
        received.iter().any(|packet| Some(&packet.payload) == last)
    })
}

/// What came is the end of what was sent, from a key frame on, without a gap and with the same
/// distances.
fn came_through(sent: &[Packet], received: &[Packet]) {
    let sent = &sent[sent.len() - received.len()..];
    assert!(hevc::begins_key_frame(&received[0]), "a decoder can start");
    for (sent, received) in sent.windows(2).zip(received.windows(2)) {
        assert_eq!(sent[1].payload, received[1].payload);
        assert_eq!(sent[1].marker, received[1].marker);
        assert_eq!(received[1].sequence, received[0].sequence + 1);
        let span = |pair: &[Packet]| pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert_eq!(span(sent), span(received));
    }
}
