//! Quantities whose unit is their type.

use std::fmt;
use std::ops::{Add, AddAssign};

/// Bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bitrate(u64);

impl Bitrate {
    pub const ZERO: Self = Self(0);

    pub const fn bps(bps: u64) -> Self {
        Self(bps)
    }

    pub const fn kbps(kbps: u64) -> Self {
        Self(kbps * 1_000)
    }

    pub const fn as_bps(self) -> u64 {
        self.0
    }

    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self * numerator / denominator`, without overflow for any rate a network can carry.
    pub const fn scaled(self, numerator: u64, denominator: u64) -> Self {
        Self((self.0 as u128 * numerator as u128 / denominator as u128) as u64)
    }
}

impl Add for Bitrate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Bitrate {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Bitrate {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        rates.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Bitrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..1_000 => write!(f, "{} bps", self.0),
            1_000..10_000_000 => write!(f, "{} kbps", self.0 / 1_000),
            _ => write!(f, "{:.1} Mbps", self.0 as f64 / 1e6),
        }
    }
}
