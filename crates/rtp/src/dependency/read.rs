//! Bits to values, in the order of appendix A.8.2 to A.8.4.

use super::{
    DecodeTarget, Descriptor, FrameDependencies, Indication, MAX_FDIFFS, MAX_LEN, MAX_SPATIAL,
    MAX_TEMPLATES, MAX_TEMPORAL, Structure, Template,
};
use crate::Dimensions;
use crate::bits::BitReader;
use crate::error::Error;
use smallvec::SmallVec;

/// Flags of the extended fields, in order.
#[derive(Default)]
struct Extended {
    has_structure: bool,
    has_active_decode_targets: bool,
    custom_indications: bool,
    custom_fdiffs: bool,
    custom_chains: bool,
}

/// Reads one descriptor against the last known structure.
///
/// # Errors
/// [`Error::StructureUnknown`] if the template is not of `known` (or the structure within).
pub fn read(bytes: &[u8], known: Option<&Structure>) -> Result<Descriptor, Error> {
    if bytes.len() > MAX_LEN {
        return Err(Error::Malformed("longer than a header extension"));
    }
    let mut bits = BitReader::new(bytes);
    let start_of_frame = bits.flag()?;
    let end_of_frame = bits.flag()?;
    let template_id = bits.bits(6)? as u8;
    let frame_number = bits.bits(16)? as u16;
    let extended = if bytes.len() > 3 {
        read_extended(&mut bits)?
    } else {
        Extended::default()
    };
    let attached = if extended.has_structure {
        Some(read_structure(&mut bits)?)
    } else {
        None
    };
    let structure = attached.as_ref().or(known).ok_or(Error::StructureUnknown)?;
    let active_decode_targets = if extended.has_active_decode_targets {
        Some(bits.bits(structure.decode_targets.len() as u32)?)
    } else {
        None
    };
    let template = structure
        .template(template_id)
        .ok_or(Error::StructureUnknown)?;
    let frame = FrameDependencies {
        indications: if extended.custom_indications {
            read_indications(&mut bits, structure.decode_targets.len())?
        } else {
            template.frame.indications.clone()
        },
        fdiffs: if extended.custom_fdiffs {
            read_custom_fdiffs(&mut bits)?
        } else {
            template.frame.fdiffs.clone()
        },
        chain_diffs: if extended.custom_chains {
            read_chain_diffs(&mut bits, structure.chain_count, 8)?
        } else {
            template.frame.chain_diffs.clone()
        },
    };
    Ok(Descriptor {
        start_of_frame,
        end_of_frame,
        template_id,
        frame_number,
        active_decode_targets,
        spatial: template.spatial,
        temporal: template.temporal,
        frame,
        structure: attached,
    })
}

fn read_extended(bits: &mut BitReader<'_>) -> Result<Extended, Error> {
    Ok(Extended {
        has_structure: bits.flag()?,
        has_active_decode_targets: bits.flag()?,
        custom_indications: bits.flag()?,
        custom_fdiffs: bits.flag()?,
        custom_chains: bits.flag()?,
    })
}

fn read_structure(bits: &mut BitReader<'_>) -> Result<Structure, Error> {
    let template_id_offset = bits.bits(6)? as u8;
    let target_count = bits.bits(5)? as usize + 1;
    let mut templates = read_layers(bits)?;
    for template in &mut templates {
        template.frame.indications = read_indications(bits, target_count)?;
    }
    for template in &mut templates {
        template.frame.fdiffs = read_template_fdiffs(bits)?;
    }
    let chain_count = bits.below(target_count as u32 + 1)? as u8;
    let mut chains = SmallVec::<[u8; 9]>::new();
    if chain_count > 0 {
        for _ in 0..target_count {
            chains.push(bits.below(u32::from(chain_count))? as u8);
        }
        for template in &mut templates {
            template.frame.chain_diffs = read_chain_diffs(bits, chain_count, 4)?;
        }
    }
    let mut dimensions = SmallVec::new();
    if bits.flag()? {
        let layers = templates.iter().map(|t| t.spatial).max().unwrap_or(0) + 1;
        for _ in 0..layers {
            let (width, height) = (bits.bits(16)? + 1, bits.bits(16)? + 1);
            dimensions.push(Dimensions { width, height });
        }
    }
    let decode_targets = (0..target_count)
        .map(|target| decode_target(&templates, target, chains.get(target).copied()))
        .collect();
    Ok(Structure {
        template_id_offset,
        templates,
        decode_targets,
        chain_count,
        dimensions,
    })
}

/// A.8.3 `decode_target_layers`: the highest layers of the frames that are present in the target.
fn decode_target(templates: &[Template], target: usize, chain: Option<u8>) -> DecodeTarget {
    let present = templates.iter().filter(|t| {
        let indication = t.frame.indications.get(target);
        indication.is_some_and(|i| *i != Indication::NotPresent)
    });
    let (spatial, temporal) = present.fold((0, 0), |(spatial, temporal), t| {
        (t.spatial.max(spatial), t.temporal.max(temporal))
    });
    DecodeTarget {
        spatial,
        temporal,
        chain,
    }
}

fn read_layers(bits: &mut BitReader<'_>) -> Result<Vec<Template>, Error> {
    let mut templates = Vec::with_capacity(16);
    let (mut spatial, mut temporal) = (0, 0);
    loop {
        if templates.len() == MAX_TEMPLATES {
            return Err(Error::Malformed("more than 64 templates"));
        }
        templates.push(Template {
            spatial,
            temporal,
            frame: FrameDependencies::default(),
        });
        match bits.bits(2)? {
            0 => {}
            1 => temporal += 1,
            2 => (spatial, temporal) = (spatial + 1, 0),
            _ => return Ok(templates),
        }
        if spatial > MAX_SPATIAL || temporal > MAX_TEMPORAL {
            return Err(Error::Malformed("more layers than any codec has"));
        }
    }
}

fn read_indications(
    bits: &mut BitReader<'_>,
    targets: usize,
) -> Result<SmallVec<[Indication; 9]>, Error> {
    (0..targets)
        .map(|_| Ok(Indication::from_bits(bits.bits(2)?)))
        .collect()
}

fn read_template_fdiffs(bits: &mut BitReader<'_>) -> Result<SmallVec<[u16; 4]>, Error> {
    let mut fdiffs = SmallVec::new();
    while bits.flag()? {
        push_fdiff(&mut fdiffs, bits.bits(4)?)?;
    }
    Ok(fdiffs)
}

fn read_custom_fdiffs(bits: &mut BitReader<'_>) -> Result<SmallVec<[u16; 4]>, Error> {
    let mut fdiffs = SmallVec::new();
    loop {
        let nibbles = bits.bits(2)?;
        if nibbles == 0 {
            return Ok(fdiffs);
        }
        push_fdiff(&mut fdiffs, bits.bits(4 * nibbles)?)?;
    }
}

fn push_fdiff(fdiffs: &mut SmallVec<[u16; 4]>, minus_one: u32) -> Result<(), Error> {
    if fdiffs.len() == MAX_FDIFFS {
        return Err(Error::Malformed("more than eight references"));
    }
    fdiffs.push(minus_one as u16 + 1);
    Ok(())
}

fn read_chain_diffs(
    bits: &mut BitReader<'_>,
    chains: u8,
    width: u32,
) -> Result<SmallVec<[u8; 4]>, Error> {
    (0..chains).map(|_| Ok(bits.bits(width)? as u8)).collect()
}
