//! Picture ids that wrap around after 7 or 15 bits, made to only grow.

use rtp::PictureId;

/// Where extended ids begin: far enough from zero that late ones do not fall below it, and a
/// multiple of both widths, so that the low bits are the id itself.
const BASE: u64 = 1 << 20;

/// The first id of a source.
pub(super) fn begin(id: PictureId) -> u64 {
    BASE + u64::from(id.value)
}

/// The id next to `near`, in either direction, that has the bits of `id`.
pub(super) fn extend(id: PictureId, near: u64) -> u64 {
    let modulus = u64::from(id.modulus());
    let ahead = u64::from(id.value).wrapping_sub(near) & (modulus - 1);
    if ahead < modulus / 2 {
        near + ahead
    } else {
        near.saturating_sub(modulus - ahead)
    }
}

/// `extended` in the width of `like`.
pub(super) fn narrow(extended: u64, like: PictureId) -> u16 {
    (extended & u64::from(like.modulus() - 1)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_over_their_wrap_and_late_ones_stay_behind() {
        let long = |value| PictureId { value, long: true };
        let start = begin(long(0x7ffe));
        let after = extend(long(1), start);
        assert_eq!(after, start + 3);
        assert_eq!(extend(long(0x7fff), after), start + 1);
        assert_eq!(narrow(after, long(0)), 1);
        let short = |value| PictureId { value, long: false };
        assert_eq!(extend(short(2), begin(short(126))), begin(short(126)) + 4);
    }
}
