//! Chance that is the same on every machine and in every release: the demo's history must never change.
//! Not here: randomness for secrets. That a library's generator may change its stream is why this one is spelt out.

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
pub(super) struct Chance(u64);

impl Chance {
    /// The stream that belongs to a text and a number: FNV-1a over the text, then mixed with the number.
    pub(super) fn of(text: &str, number: i32) -> Self {
        let hash = text
            .bytes()
            .chain(number.to_be_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Self(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to, but not including, `bound`; 0 where that is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        // The high half of a 64-bit product: below `bound`, and even enough for a demo.
        let scaled = (u64::from(bound) * (self.next() >> 32)) >> 32;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// Both ends included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True once in `times` on average.
    pub(super) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    /// A place in a list of `length`, which is not empty.
    pub(super) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u32::try_from(length).unwrap_or(u32::MAX))).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // First outputs for seed 1234567, as in the reference implementation's test vectors.
        let mut chance = Chance(1_234_567);
        let outputs = [chance.next(), chance.next(), chance.next()];
        assert_eq!(
            outputs,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn bounds_hold() {
        let mut chance = Chance::of("bounds", 1);
        assert!((0..10_000).all(|_| (3..=7).contains(&chance.between(3, 7))));
        assert_eq!(chance.below(0), 0);
        let mut seen = [false; 5];
        (0..200).for_each(|_| seen[chance.place(5)] = true);
        assert_eq!(seen, [true; 5]);
    }
}
