//! What the machine could do at best: encrypt with AES-128-GCM and send with UDP segmentation
//! offload, on one core, with nothing else to do.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base::clock::OsClock;
use net::{UdpOptions, UdpSocket};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// The size of a video packet on the wire.
const PACKET_BYTES: usize = 1_200;
const TAG_BYTES: usize = 16;
const RUN: Duration = Duration::from_secs(2);
/// Receivers that each get a burst in turn, as subscribers do; one address could be cached.
const RECEIVERS: usize = 16;

/// CPU seconds per million packets of `burst` to one receiver at a time.
///
/// # Errors
/// When the system gives no sockets, or refuses the key (it does not).
pub(crate) fn encrypt_and_send(burst: usize, segmentation: bool) -> io::Result<f64> {
    let receivers = (0..RECEIVERS)
        .map(|_| std::net::UdpSocket::bind("127.0.0.1:0"))
        .collect::<io::Result<Vec<_>>>()?;
    let addresses = receivers
        .iter()
        .map(std::net::UdpSocket::local_addr)
        .collect::<io::Result<Vec<SocketAddr>>>()?;
    let options = UdpOptions {
        segmentation,
        ..UdpOptions::default()
    };
    let mut socket = UdpSocket::bind("127.0.0.1:0".parse().map_err(io::Error::other)?, options)?;
    let key = UnboundKey::new(&AES_128_GCM, &[7; 16]).map_err(io::Error::other)?;
    let key = LessSafeKey::new(key);
    let mut packet = vec![0u8; PACKET_BYTES];
    let mut sent = 0u64;
    let before = net::machine::thread_cpu_time();
    let until = OsClock.now() + RUN;
    while OsClock.now() < until {
        for address in &addresses {
            for _ in 0..burst {
                seal(&key, sent, &mut packet)?;
                socket.queue(*address, None, &packet);
                sent += 1;
            }
            socket.flush();
        }
    }
    let cpu = net::machine::thread_cpu_time().saturating_sub(before);
    Ok(cpu.as_secs_f64() * 1e6 / sent as f64)
}

fn seal(key: &LessSafeKey, number: u64, packet: &mut [u8]) -> io::Result<()> {
    let mut nonce = [0u8; 12];
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    let nonce = Nonce::assume_unique_for_key(nonce);
    let body = PACKET_BYTES - TAG_BYTES;
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::empty(), &mut packet[..body])
        .map_err(io::Error::other)?;
    packet[body..].copy_from_slice(tag.as_ref());
    Ok(())
}
