//! A translator of addresses at the far end, as home routers and carriers have: who is behind it is seen
//! at other ports of UDP than his own. When the shift changes, it has forgotten its old mappings.

const UDP: u8 = 17;
const IPV4_HEADER_BYTES: usize = 20;

/// Which way a packet goes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Out,
    In,
}

/// Rewrites the inner side's port of a UDP packet over IPv4; all else passes as it is.
pub(crate) fn translate(packet: &mut [u8], shift: u16, way: Way) {
    if shift == 0 || packet.len() < IPV4_HEADER_BYTES || packet[0] >> 4 != 4 || packet[9] != UDP {
        return;
    }
    let begin = usize::from(packet[0] & 0x0f) * 4;
    let Some(udp) = packet.get_mut(begin..begin + 8) else {
        return;
    };
    let port = match way {
        Way::Out => &mut udp[0..2],
        Way::In => &mut udp[2..4],
    };
    let before = u16::from_be_bytes([port[0], port[1]]);
    let after = match way {
        Way::Out => before.wrapping_add(shift),
        Way::In => before.wrapping_sub(shift),
    };
    port.copy_from_slice(&after.to_be_bytes());
    // RFC 768: no checksum.
    udp[6..8].fill(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(protocol: u8) -> Vec<u8> {
        let mut packet = vec![0; 40];
        (packet[0], packet[9]) = (0x45, protocol);
        packet[20..24].copy_from_slice(&[0x9c, 0x40, 0x1e, 0xca]);
        packet[26] = 7;
        packet
    }

    #[test]
    fn what_goes_out_is_seen_at_another_port_and_its_answers_find_back() {
        let mut out = packet(UDP);
        translate(&mut out, 1_000, Way::Out);
        assert_eq!(out[20..22], 41_000_u16.to_be_bytes());
        assert_eq!(out[22..24], 7_882_u16.to_be_bytes());
        assert_eq!(out[26..28], [0, 0]);
        out.copy_within(20..22, 22);
        translate(&mut out, 1_000, Way::In);
        assert_eq!(out[22..24], 40_000_u16.to_be_bytes());
    }

    #[test]
    fn what_is_not_udp_or_is_cut_passes_as_it_is() {
        let mut tcp = packet(6);
        translate(&mut tcp, 1_000, Way::Out);
        assert_eq!(tcp, packet(6));
        for length in 0..28 {
            let mut cut = packet(UDP);
            cut.truncate(length);
            let before = cut.clone();
            translate(&mut cut, 1_000, Way::Out);
            assert_eq!(cut, before);
        }
    }
}
