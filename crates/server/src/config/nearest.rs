//! Which known word somebody meant.

/// The candidate with the fewest edits from `word`, if that is a likely slip of the fingers.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    // More than half of the letters wrong is another word, not a misspelling.
    let limit = word.chars().count().div_ceil(2);
    candidates
        .map(|candidate| (edits(word, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance (insertions, deletions, substitutions), one row at a time.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("same", "same"), 0);
    }

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let known = ["http.listen", "https.listen", "media.udp_port"];
        assert_eq!(
            nearest("http.lisen", known.into_iter()),
            Some("http.listen")
        );
        assert_eq!(
            nearest("media.udpport", known.into_iter()),
            Some("media.udp_port")
        );
        assert_eq!(nearest("zzzz", known.into_iter()), None);
    }
}
