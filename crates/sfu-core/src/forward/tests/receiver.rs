//! A model receiver: it decodes what the headers tell it to be decodable, and the truth about the
//! frames judges it.

use super::encoder::{Frame, Kind, trailer};
use rtp::dependency;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A packet as the subscriber got it.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Vec<u8>,
    pub(super) dependency_descriptor: Option<Vec<u8>>,
}

/// What the receiver made of it all.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Promises that were broken, in words.
    pub(super) wrong: Vec<String>,
    /// Ids, in order.
    pub(super) decoded: Vec<u32>,
    /// Complete frames that could not be decoded.
    pub(super) undecodable: usize,
    /// Sequence numbers that never came.
    pub(super) holes: Vec<u64>,
}

struct Assembled<'a> {
    truth: &'a Frame,
    packets: Vec<&'a Received>,
}

pub(super) fn judge(kind: Kind, frames: &[Frame], received: &[Received]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut by_seq = BTreeMap::new();
    for packet in received {
        if by_seq.insert(packet.seq, packet).is_some() {
            outcome
                .wrong
                .push(format!("number {} was used twice", packet.seq));
        }
    }
    check_numbers(&by_seq, &mut outcome);
    let assembled = assemble(frames, &by_seq, &mut outcome);
    check_timestamps(&assembled, &mut outcome);
    check_markers(&by_seq, &mut outcome);
    let mut decoder = Decoder::new(kind);
    let mut decoded = HashSet::new();
    for frame in &assembled {
        if frame.packets.len() < frame.truth.packets {
            continue;
        }
        if !decoder.accepts(frame) {
            outcome.undecodable += 1;
            continue;
        }
        for needed in &frame.truth.needs {
            if !decoded.contains(needed) {
                let id = frame.truth.id;
                outcome
                    .wrong
                    .push(format!("frame {id} was decoded without its {needed}"));
            }
        }
        decoded.insert(frame.truth.id);
        outcome.decoded.push(frame.truth.id);
    }
    outcome
}

fn check_numbers(by_seq: &BTreeMap<u64, &Received>, outcome: &mut Outcome) {
    let (Some(first), Some(last)) = (by_seq.keys().next(), by_seq.keys().next_back()) else {
        return;
    };
    if *first >= 65_536 {
        outcome.wrong.push(format!("the first number is {first}"));
    }
    outcome.holes = (*first..=*last)
        .filter(|seq| !by_seq.contains_key(seq))
        .collect();
}

/// Frames in the order of their first packets.
fn assemble<'a>(
    frames: &'a [Frame],
    by_seq: &BTreeMap<u64, &'a Received>,
    outcome: &mut Outcome,
) -> Vec<Assembled<'a>> {
    let mut assembled: Vec<Assembled<'a>> = Vec::new();
    let mut place = HashMap::new();
    let mut parts = BTreeSet::new();
    for packet in by_seq.values().filter(|p| !p.payload.is_empty()) {
        let (id, part) = trailer(&packet.payload);
        if !parts.insert((id, part)) {
            outcome
                .wrong
                .push(format!("packet {part} of frame {id} came twice"));
        }
        let at = *place.entry(id).or_insert_with(|| {
            assembled.push(Assembled {
                truth: &frames[id as usize],
                packets: Vec::new(),
            });
            assembled.len() - 1
        });
        let frame = &mut assembled[at];
        if let Some(before) = frame.packets.last()
            && before.timestamp != packet.timestamp
        {
            outcome.wrong.push(format!("frame {id} has two timestamps"));
        }
        frame.packets.push(packet);
    }
    assembled
}

/// Later pictures have later timestamps, and packets of one picture the same one.
fn check_timestamps(assembled: &[Assembled<'_>], outcome: &mut Outcome) {
    for pair in assembled.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let step = b.packets[0].timestamp.wrapping_sub(a.packets[0].timestamp);
        let same_picture = a.truth.picture == b.truth.picture && a.truth.spatial < b.truth.spatial;
        let good = (same_picture && step == 0) || (step > 0 && step < 1 << 31);
        if !good {
            let (a, b) = (a.truth.id, b.truth.id);
            outcome
                .wrong
                .push(format!("from frame {a} to {b} time goes {}", step as i32));
        }
    }
}

/// A marked packet ends its picture: nothing of the same timestamp follows.
fn check_markers(by_seq: &BTreeMap<u64, &Received>, outcome: &mut Outcome) {
    let packets: Vec<_> = by_seq.values().filter(|p| !p.payload.is_empty()).collect();
    for pair in packets.windows(2) {
        if pair[0].marker && pair[0].timestamp == pair[1].timestamp {
            outcome
                .wrong
                .push(format!("{} goes on after its marker", pair[0].seq));
        }
    }
}

/// What a decoder believes, by the headers of its codec alone.
enum Decoder {
    Vp8(Vp8Belief),
    H264 {
        next: Option<u64>,
    },
    Dependency {
        reader: dependency::Reader,
        have: HashSet<u16>,
        began: bool,
    },
    Vp9 {
        have: HashSet<(u16, u8)>,
    },
    Opus,
}

/// As libwebrtc's `RtpVp8RefFinder`: for each layer the last picture, as long as base layer
/// frames follow each other.
#[derive(Default)]
struct Vp8Belief {
    tl0: Option<u8>,
    key_idx: Option<u8>,
    layers: [Option<u64>; 4],
    newest: Option<u64>,
    missing: BTreeSet<u64>,
}

impl Decoder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Vp8Simulcast => Self::Vp8(Vp8Belief::default()),
            Kind::H264Simulcast => Self::H264 { next: None },
            Kind::Svc | Kind::KeySvc => Self::Dependency {
                reader: dependency::Reader::default(),
                have: HashSet::new(),
                began: false,
            },
            Kind::Vp9Svc => Self::Vp9 {
                have: HashSet::new(),
            },
            Kind::Opus => Self::Opus,
        }
    }

    fn accepts(&mut self, frame: &Assembled<'_>) -> bool {
        let first = frame.packets[0];
        match self {
            Self::Opus => true,
            Self::Vp8(belief) => belief.accepts(&rtp::vp8::read(&first.payload).unwrap()),
            Self::H264 { next } => {
                let key = rtp::h264::read(&first.payload, false).unwrap().key_frame;
                let accepted = key || *next == Some(first.seq);
                let end = frame.packets[frame.packets.len() - 1].seq + 1;
                *next = accepted.then_some(end);
                accepted
            }
            Self::Dependency {
                reader,
                have,
                began,
            } => {
                let raw = first.dependency_descriptor.as_deref().unwrap();
                let Ok(descriptor) = reader.read(raw) else {
                    return false;
                };
                if descriptor.structure.is_some() {
                    have.clear();
                    *began = true;
                }
                let number = descriptor.frame_number;
                let mut needs = descriptor
                    .frame
                    .fdiffs
                    .iter()
                    .map(|d| number.wrapping_sub(*d));
                let accepted = *began && needs.all(|n| have.contains(&n));
                if accepted {
                    have.insert(number);
                    have.remove(&number.wrapping_sub(4_000));
                }
                accepted
            }
            Self::Vp9 { have } => {
                let read = rtp::vp9::read(&first.payload).unwrap();
                let (id, layer) = (read.picture_id.unwrap().value, read.spatial());
                if read.begins_key_frame() {
                    have.clear();
                }
                let earlier = read.reference_diffs.iter();
                let mut needs: Vec<_> = earlier
                    .map(|d| (id.wrapping_sub(u16::from(*d)) & 0x7fff, layer))
                    .collect();
                if read.layers.is_some_and(|l| l.inter_layer) {
                    needs.push((id, layer - 1));
                }
                let begins = read.begins_key_frame();
                let accepted =
                    (begins || !needs.is_empty()) && needs.iter().all(|n| have.contains(n));
                if accepted {
                    have.insert((id, layer));
                    have.remove(&(id.wrapping_sub(2_000) & 0x7fff, layer));
                }
                accepted
            }
        }
    }
}

impl Vp8Belief {
    fn accepts(&mut self, read: &rtp::vp8::Descriptor) -> bool {
        let id = read.picture_id.unwrap().value;
        let picture = self.newest.map_or(1 << 20 | u64::from(id), |newest| {
            let step = i64::from((id.wrapping_sub(newest as u16) << 1) as i16 >> 1);
            newest.saturating_add_signed(step)
        });
        if let Some(newest) = self.newest {
            self.missing.extend(newest + 1..picture);
        }
        self.newest = self.newest.max(Some(picture));
        let tl0 = read.tl0_pic_idx.unwrap();
        let layer = usize::from(read.temporal.unwrap());
        let accepted = if read.key_frame {
            self.layers = [None; 4];
            self.missing.clear();
            let follows = self
                .key_idx
                .is_none_or(|k| (k + 1) & 0x1f == read.key_idx.unwrap());
            self.key_idx = read.key_idx.filter(|_| follows);
            true
        } else if layer == 0 {
            self.layers[0].is_some() && self.tl0.map(|t| t.wrapping_add(1)) == Some(tl0)
        } else {
            let refs = if read.layer_sync { 0..1 } else { 0..layer + 1 };
            let oldest = self.layers[refs].iter().copied().min().flatten();
            let gap = oldest.is_none_or(|o| self.missing.range(o..picture).next().is_some());
            self.tl0 == Some(tl0) && (!gap || read.layer_sync && self.layers[0].is_some())
        };
        if accepted {
            self.layers[layer] = Some(picture);
            if layer == 0 {
                self.tl0 = Some(tl0);
            }
        } else if layer == 0 {
            self.layers = [None; 4];
        }
        accepted
    }
}
