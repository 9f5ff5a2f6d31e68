//! The picture size in a sequence parameter set (H.264 section 7.3.2.1.1).

use crate::Dimensions;
use crate::bits::BitReader;
use crate::error::Error;
use smallvec::SmallVec;

/// Longest set that is looked at: real ones have some tens of bytes, scaling lists included.
const MAX_LEN: usize = 256;
/// Profiles with chroma and scaling fields.
const HIGH_PROFILES: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// The cropped picture size of a NAL unit that is a sequence parameter set.
///
/// # Errors
/// [`Error::Truncated`] or [`Error::Malformed`]; also for sizes above 16384 pixels a side.
pub fn dimensions(unit: &[u8]) -> Result<Dimensions, Error> {
    let bytes = without_emulation_prevention(unit);
    let mut bits = BitReader::new(&bytes);
    bits.bits(8)?;
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.exp_golomb()?;
    let chroma = if HIGH_PROFILES.contains(&profile) {
        skip_high_profile_fields(&mut bits)?
    } else {
        1
    };
    bits.exp_golomb()?;
    skip_picture_order(&mut bits)?;
    bits.exp_golomb()?;
    bits.flag()?;
    let width = side(bits.exp_golomb()?, 16)?;
    let map_units = bits.exp_golomb()?;
    let frames_only = bits.flag()?;
    let height = side(map_units, if frames_only { 16 } else { 32 })?;
    if !frames_only {
        bits.flag()?;
    }
    bits.flag()?;
    if !bits.flag()? {
        return Dimensions::new(width, height).ok_or(Error::Malformed("a picture of no size"));
    }
    let unit_x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
    let unit_y = if chroma == 1 { 2 } else { 1 } * if frames_only { 1 } else { 2 };
    let crop = |before: u32, after: u32, unit: u32| {
        u64::from(before)
            .saturating_add(after.into())
            .saturating_mul(unit.into())
    };
    let cropped_x = crop(bits.exp_golomb()?, bits.exp_golomb()?, unit_x);
    let cropped_y = crop(bits.exp_golomb()?, bits.exp_golomb()?, unit_y);
    let left = |side: u32, cropped: u64| u64::from(side).saturating_sub(cropped) as u32;
    Dimensions::new(left(width, cropped_x), left(height, cropped_y))
        .ok_or(Error::Malformed("a picture of no size"))
}

fn side(units_minus_one: u32, unit: u32) -> Result<u32, Error> {
    if units_minus_one >= 1024 {
        return Err(Error::Malformed("a side above 16384 pixels"));
    }
    Ok((units_minus_one + 1) * unit)
}

/// Section 7.4.1: the 3 in 0 0 3 only keeps start codes out.
fn without_emulation_prevention(unit: &[u8]) -> SmallVec<[u8; 64]> {
    let mut bytes = SmallVec::new();
    let mut zeros = 0;
    for &byte in unit.iter().take(MAX_LEN) {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        bytes.push(byte);
    }
    bytes
}

/// Returns `chroma_format_idc`.
fn skip_high_profile_fields(bits: &mut BitReader<'_>) -> Result<u32, Error> {
    let chroma = bits.exp_golomb()?;
    if chroma == 3 {
        bits.flag()?;
    }
    bits.exp_golomb()?;
    bits.exp_golomb()?;
    bits.flag()?;
    if bits.flag()? {
        for list in 0..if chroma == 3 { 12 } else { 8 } {
            if bits.flag()? {
                skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Ok(chroma)
}

/// Section 7.3.2.1.1.1.
fn skip_scaling_list(bits: &mut BitReader<'_>, size: u32) -> Result<(), Error> {
    let mut last = 8i64;
    for _ in 0..size {
        let code = i64::from(bits.exp_golomb()?);
        let delta = if code % 2 == 1 {
            (code + 1) / 2
        } else {
            -code / 2
        };
        let next = (last + delta).rem_euclid(256);
        if next == 0 {
            return Ok(());
        }
        last = next;
    }
    Ok(())
}

fn skip_picture_order(bits: &mut BitReader<'_>) -> Result<(), Error> {
    match bits.exp_golomb()? {
        0 => {
            bits.exp_golomb()?;
        }
        1 => {
            bits.flag()?;
            bits.exp_golomb()?;
            bits.exp_golomb()?;
            let count = bits.exp_golomb()?;
            // The bits run out long before a count that is too large does.
            for _ in 0..count {
                bits.exp_golomb()?;
            }
        }
        _ => {}
    }
    Ok(())
}
