//! Opus in Ogg (RFC 3533, RFC 7845): the smallest recording there is.

use rtp::opus;
use std::io::{self, Write};
use std::time::Duration;

/// Writes one track's Opus packets as an Ogg stream, one packet a page. Silence that was not sent
/// and packets that were lost become packets without sound, so that time goes on.
#[derive(Debug)]
pub struct OggOpus<W> {
    out: W,
    serial: u32,
    page: u32,
    /// Samples at 48 kHz up to the end of what was written.
    granule: u64,
    /// Where the next packet's timestamp is expected.
    expected: Option<u32>,
    /// The last packet's first byte: fillers repeat its mode.
    toc: u8,
}

const SAMPLES_PER_SECOND: u64 = 48_000;

/// Decoders drop so many samples at the start while they converge: 80 ms (RFC 7845 section 4.6).
const PRE_SKIP: u16 = 3_840;

/// A longer break is not filled, but cut: 10 s.
const MOST_FILLED_SAMPLES: u32 = 480_000;

impl<W: Write> OggOpus<W> {
    /// Writes the headers. `serial` tells streams apart that are put into one file.
    ///
    /// # Errors
    /// Those of `out`, here and below.
    pub fn new(out: W, serial: u32, channels: u8) -> io::Result<Self> {
        let mut ogg = Self {
            out,
            serial,
            page: 0,
            granule: 0,
            expected: None,
            toc: 0,
        };
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(PRE_SKIP.to_le_bytes());
        head.extend((SAMPLES_PER_SECOND as u32).to_le_bytes());
        // No gain, and channel mapping family 0.
        head.extend([0, 0, 0]);
        ogg.write_page(BEGIN, &head)?;
        let vendor = b"stoa";
        let mut tags = b"OpusTags".to_vec();
        tags.extend((vendor.len() as u32).to_le_bytes());
        tags.extend(vendor);
        tags.extend(0_u32.to_le_bytes());
        ogg.write_page(0, &tags)?;
        Ok(ogg)
    }

    /// Writes one packet. `timestamp` is that of RTP, at 48 kHz; one that comes late is left out.
    pub fn write(&mut self, timestamp: u32, packet: &[u8]) -> io::Result<()> {
        let Some(samples) = samples(packet) else {
            return Ok(());
        };
        let ahead = timestamp.wrapping_sub(self.expected.unwrap_or(timestamp));
        if ahead > u32::MAX / 2 {
            return Ok(());
        }
        if ahead <= MOST_FILLED_SAMPLES {
            self.fill(ahead)?;
        }
        self.toc = packet[0];
        self.granule += u64::from(samples);
        self.expected = Some(timestamp.wrapping_add(samples));
        self.write_page(0, packet)
    }

    /// Writes the last page and gives back the writer.
    pub fn finish(mut self) -> io::Result<W> {
        let filler = [self.filler()];
        self.granule += u64::from(samples(&filler).unwrap_or(0));
        self.write_page(END, &filler)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Frames of no length, for which decoders conceal (RFC 7845 section 4.1).
    fn fill(&mut self, mut missing: u32) -> io::Result<()> {
        let filler = [self.filler()];
        let Some(step) = samples(&filler) else {
            return Ok(());
        };
        while missing >= step && self.expected.is_some() {
            missing -= step;
            self.granule += u64::from(step);
            self.write_page(0, &filler)?;
        }
        Ok(())
    }

    /// One frame of the last packet's mode.
    fn filler(&self) -> u8 {
        self.toc & 0b1111_1100
    }

    fn write_page(&mut self, kind: u8, packet: &[u8]) -> io::Result<()> {
        // A packet's length in lacing values: full ones of 255, then the rest (RFC 3533 section 5).
        let full = packet.len() / 255;
        let Ok(segments) = u8::try_from(full + 1) else {
            return Ok(());
        };
        let mut page = b"OggS\0".to_vec();
        page.push(kind);
        page.extend(self.granule.to_le_bytes());
        page.extend(self.serial.to_le_bytes());
        page.extend(self.page.to_le_bytes());
        page.extend([0; 4]);
        page.push(segments);
        page.extend(std::iter::repeat_n(255, full));
        page.push((packet.len() % 255) as u8);
        page.extend(packet);
        let sum = checksum(&page);
        page[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
        self.page += 1;
        self.out.write_all(&page)
    }
}

const BEGIN: u8 = 2;
const END: u8 = 4;
const CHECKSUM: std::ops::Range<usize> = 22..26;

/// How many samples at 48 kHz a packet holds; `None` if it is not Opus.
fn samples(packet: &[u8]) -> Option<u32> {
    let toc = opus::read(packet).ok()?;
    let frames = match toc.frames {
        Some(frames) => frames,
        // Code 3: the count is in the low six bits of the second byte (RFC 6716 section 3.2.5).
        None => packet.get(1)? & 0x3f,
    };
    let duration = toc.frame_duration() * u32::from(frames);
    // RFC 6716 section 3.2.5: at most 120 ms.
    let is_valid = duration > Duration::ZERO && duration <= Duration::from_millis(120);
    let samples = duration.as_micros() * u128::from(SAMPLES_PER_SECOND) / 1_000_000;
    u32::try_from(samples).ok().filter(|_| is_valid)
}

/// CRC-32 with the polynomial 0x04c11db7, not reflected, from 0 (RFC 3533 section 6).
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0_u32, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 24), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000_0000 == 0 {
                shifted
            } else {
                shifted ^ 0x04c1_1db7
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, granule and packet of each page.
    fn pages(mut file: &[u8]) -> Vec<(u8, u64, Vec<u8>)> {
        let mut pages = Vec::new();
        while !file.is_empty() {
            assert_eq!(&file[..4], b"OggS");
            let segments = usize::from(file[26]);
            let body: usize = file[27..27 + segments]
                .iter()
                .map(|n| usize::from(*n))
                .sum();
            let end = 27 + segments + body;
            let mut page = file[..end].to_vec();
            let sum = u32::from_le_bytes(page[CHECKSUM].try_into().unwrap());
            page[CHECKSUM].fill(0);
            assert_eq!(checksum(&page), sum);
            let granule = u64::from_le_bytes(page[6..14].try_into().unwrap());
            pages.push((page[5], granule, page[27 + segments..].to_vec()));
            file = &file[end..];
        }
        pages
    }

    /// 20 ms of CELT, mono.
    fn packet(length: usize) -> Vec<u8> {
        let mut packet = vec![0xf8];
        packet.resize(length, 7);
        packet
    }

    #[test]
    fn a_recording_has_headers_and_counts_its_samples() {
        let mut ogg = OggOpus::new(Vec::new(), 1, 1).unwrap();
        for n in 0..3 {
            ogg.write(1_000 + n * 960, &packet(300)).unwrap();
        }
        let pages = pages(&ogg.finish().unwrap());
        assert_eq!((pages[0].0, &pages[0].2[..8]), (BEGIN, &b"OpusHead"[..]));
        assert_eq!(&pages[1].2[..8], b"OpusTags");
        let granules: Vec<u64> = pages[2..].iter().map(|p| p.1).collect();
        assert_eq!(granules, [960, 1_920, 2_880, 3_840]);
        assert_eq!(pages[2].2, packet(300));
        assert_eq!(pages.last().unwrap().0, END);
    }

    #[test]
    fn a_gap_is_filled_and_a_latecomer_left_out() {
        let mut ogg = OggOpus::new(Vec::new(), 1, 1).unwrap();
        for timestamp in [0, 4 * 960, 960] {
            ogg.write(timestamp, &packet(50)).unwrap();
        }
        let pages = pages(&ogg.finish().unwrap());
        let lengths: Vec<usize> = pages[2..].iter().map(|p| p.2.len()).collect();
        assert_eq!(lengths, [50, 1, 1, 1, 50, 1]);
    }

    #[test]
    fn the_checksum_is_that_of_ogg() {
        // The check value of CRC-32 with this polynomial, unreflected, from 0 ("123456789").
        assert_eq!(checksum(b"123456789"), 0x89a1_897f);
    }
}
