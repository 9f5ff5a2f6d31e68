//! Writes `assets.rs`: the files of the built call page, for `http::assets` to include.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/apps/call");
    let built = page.join("dist");
    // A path that does not exist would make cargo run this each time; so the page's own folder is
    // watched until its build appears in it.
    let watched = if built.is_dir() { &built } else { &page };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = Vec::new();
    if built.is_dir() {
        collect(&built, &mut files)?;
    }
    files.sort();
    let mut source = String::from("static ASSETS: &[Asset] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&built).map_err(io::Error::other)?;
        let path = file.canonicalize()?;
        let _ = writeln!(
            source,
            "    Asset {{ path: {:?}, content_type: {:?}, etag: \"\\\"{:x}\\\"\", body: include_bytes!({:?}) }},",
            name.to_string_lossy(),
            content_type(name),
            fingerprint(&fs::read(file)?),
            path,
        );
    }
    source.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("assets.rs"), source)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Tells two builds of a file apart; nobody gains by forging it.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
