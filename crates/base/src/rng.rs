//! Randomness as an input: seeded in tests and simulations, from the system in production.

/// A small, fast generator (SplitMix64, Steele et al. 2014). Good for ids, jitter and simulations;
/// not for keys or secrets, which come from the cryptography library.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

/// Letters of a generated id: without `0 O 1 l I`, so that one can be read aloud.
const ID_LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

impl Rng {
    pub fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Seeds from the operating system.
    ///
    /// # Panics
    /// If the system has no random numbers: nothing safe can be done on such a machine.
    pub fn from_os() -> Self {
        let mut seed = [0u8; 8];
        #[expect(
            clippy::expect_used,
            reason = "a machine without entropy cannot run a server"
        )]
        getrandom::fill(&mut seed).expect("the operating system has random numbers");
        Self::from_seed(u64::from_le_bytes(seed))
    }

    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// Uniform in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// Uniform in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// `prefix` followed by `length` letters.
    pub fn id(&mut self, prefix: &str, length: usize) -> String {
        let mut id = String::with_capacity(prefix.len() + length);
        id.push_str(prefix);
        for _ in 0..length {
            let at = self.below(ID_LETTERS.len() as u64) as usize;
            id.push(char::from(ID_LETTERS[at]));
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let (mut a, mut b) = (Rng::from_seed(7), Rng::from_seed(7));
        assert!((0..100).all(|_| a.next_u64() == b.next_u64()));
        assert_ne!(Rng::from_seed(8).next_u64(), Rng::from_seed(9).next_u64());
    }

    #[test]
    fn below_stays_below_and_reaches_every_value() {
        let mut rng = Rng::from_seed(1);
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            seen[rng.below(5) as usize] = true;
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn ids_have_the_prefix_and_the_length() {
        let id = Rng::from_seed(3).id("PA_", 12);
        assert!(id.starts_with("PA_") && id.len() == 15, "{id}");
    }
}
