//! Replays what fuzzing has found worth keeping: `fuzz/corpus/<target>/`.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_corpora_are_read_or_refused() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in rtp::fuzzing::TARGETS {
        let folder = corpora.join(name);
        let files: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        for file in files {
            target(&fs::read(&file).unwrap());
        }
    }
}
