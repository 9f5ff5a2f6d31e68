use std::path::Path;

/// `UPDATE_OPENAPI=1 cargo test -p api` writes the document anew.
#[test]
fn the_committed_document_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/stoa.json");
    let made = format!("{:#}\n", api::document());
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    let line = made
        .lines()
        .zip(committed.lines())
        .position(|(made, committed)| made != committed);
    assert!(
        made == committed,
        "openapi/stoa.json differs from the code from line {}; UPDATE_OPENAPI=1 writes it anew",
        line.map_or(0, |line| line + 1),
    );
}
