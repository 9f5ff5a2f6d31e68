//! Values to bits: the mirror of [`super::read()`].

use super::{Descriptor, FrameDependencies, MAX_LEN, Structure};
use crate::bits::BitWriter;
use crate::error::Error;
use smallvec::SmallVec;

/// Writes a descriptor; what equals the template of `structure` (which is `descriptor.structure`
/// where that is present) is left out.
///
/// # Errors
/// [`Error::StructureUnknown`] if the template is not in the structure; [`Error::Malformed`] if
/// the values do not fit their fields or the structure.
pub fn write(descriptor: &Descriptor, structure: &Structure) -> Result<SmallVec<[u8; 64]>, Error> {
    let structure = descriptor.structure.as_ref().unwrap_or(structure);
    let template = structure
        .template(descriptor.template_id)
        .ok_or(Error::StructureUnknown)?;
    check(&descriptor.frame, structure)?;
    let frame = &descriptor.frame;
    let custom_indications = frame.indications != template.frame.indications;
    let custom_fdiffs = frame.fdiffs != template.frame.fdiffs;
    let custom_chains = frame.chain_diffs != template.frame.chain_diffs;

    let mut bits = BitWriter::default();
    bits.flag(descriptor.start_of_frame);
    bits.flag(descriptor.end_of_frame);
    bits.bits(u32::from(descriptor.template_id), 6);
    bits.bits(u32::from(descriptor.frame_number), 16);
    let flags = [
        descriptor.structure.is_some(),
        descriptor.active_decode_targets.is_some(),
        custom_indications,
        custom_fdiffs,
        custom_chains,
    ];
    if flags == [false; 5] {
        return Ok(bits.into_bytes());
    }
    for flag in flags {
        bits.flag(flag);
    }
    if let Some(structure) = &descriptor.structure {
        write_structure(&mut bits, structure)?;
    }
    if let Some(active) = descriptor.active_decode_targets {
        bits.bits(active, structure.decode_targets.len() as u32);
    }
    if custom_indications {
        write_indications(&mut bits, frame);
    }
    if custom_fdiffs {
        write_custom_fdiffs(&mut bits, &frame.fdiffs)?;
    }
    if custom_chains {
        for diff in &frame.chain_diffs {
            bits.bits(u32::from(*diff), 8);
        }
    }
    let bytes = bits.into_bytes();
    if bytes.len() > MAX_LEN {
        return Err(Error::Malformed("longer than a header extension"));
    }
    Ok(bytes)
}

fn check(frame: &FrameDependencies, structure: &Structure) -> Result<(), Error> {
    let fits = frame.indications.len() == structure.decode_targets.len()
        && frame.chain_diffs.len() == usize::from(structure.chain_count);
    if fits {
        Ok(())
    } else {
        Err(Error::Malformed("a frame that does not fit its structure"))
    }
}

fn write_structure(bits: &mut BitWriter, structure: &Structure) -> Result<(), Error> {
    let targets = structure.decode_targets.len() as u32;
    if structure.templates.is_empty() || targets == 0 || targets > 32 {
        return Err(Error::Malformed("a structure without templates or targets"));
    }
    bits.bits(u32::from(structure.template_id_offset), 6);
    bits.bits(targets - 1, 5);
    write_layers(bits, structure)?;
    for template in &structure.templates {
        check(&template.frame, structure)?;
        write_indications(bits, &template.frame);
    }
    for template in &structure.templates {
        for fdiff in &template.frame.fdiffs {
            if !(1..=16).contains(fdiff) {
                return Err(Error::Malformed("a template reference beyond 16 frames"));
            }
            bits.flag(true);
            bits.bits(u32::from(fdiff - 1), 4);
        }
        bits.flag(false);
    }
    write_chains(bits, structure)?;
    bits.flag(!structure.dimensions.is_empty());
    for size in &structure.dimensions {
        bits.bits(size.width.saturating_sub(1), 16);
        bits.bits(size.height.saturating_sub(1), 16);
    }
    Ok(())
}

fn write_layers(bits: &mut BitWriter, structure: &Structure) -> Result<(), Error> {
    for pair in structure.templates.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let same_spatial = to.spatial == from.spatial;
        let step = if same_spatial && to.temporal == from.temporal {
            0
        } else if same_spatial && to.temporal == from.temporal + 1 {
            1
        } else if to.spatial == from.spatial + 1 && to.temporal == 0 {
            2
        } else {
            return Err(Error::Malformed("templates out of order"));
        };
        bits.bits(step, 2);
    }
    bits.bits(3, 2);
    Ok(())
}

fn write_chains(bits: &mut BitWriter, structure: &Structure) -> Result<(), Error> {
    let (targets, chains) = (
        structure.decode_targets.len() as u32,
        u32::from(structure.chain_count),
    );
    bits.below(chains, targets + 1);
    if chains == 0 {
        return Ok(());
    }
    for target in &structure.decode_targets {
        let chain = target.chain.filter(|c| u32::from(*c) < chains);
        let chain = chain.ok_or(Error::Malformed("a decode target without its chain"))?;
        bits.below(u32::from(chain), chains);
    }
    for diff in structure
        .templates
        .iter()
        .flat_map(|t| &t.frame.chain_diffs)
    {
        if *diff > 15 {
            return Err(Error::Malformed("a template chain beyond 15 frames"));
        }
        bits.bits(u32::from(*diff), 4);
    }
    Ok(())
}

fn write_indications(bits: &mut BitWriter, frame: &FrameDependencies) {
    for indication in &frame.indications {
        bits.bits(indication.to_bits(), 2);
    }
}

fn write_custom_fdiffs(bits: &mut BitWriter, fdiffs: &[u16]) -> Result<(), Error> {
    for fdiff in fdiffs {
        let nibbles = match fdiff {
            1..=0x10 => 1,
            0x11..=0x100 => 2,
            0x101..=0x1000 => 3,
            0 | 0x1001.. => return Err(Error::Malformed("a reference beyond 4096 frames")),
        };
        bits.bits(nibbles, 2);
        bits.bits(u32::from(fdiff - 1), 4 * nibbles);
    }
    bits.bits(0, 2);
    Ok(())
}
