//! Writes `assets.rs`: the files of the built web apps, for `http::assets` to include.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The apps of `web/apps`, and where the binary serves each. The first answers at the root.
const APPS: [(&str, &str); 3] = [("meet", ""), ("console", "console/"), ("call", "call/")];

/// What the apps' builds leave beside a file (`web/tools/compress.mjs`), best first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::from("static ASSETS: &[Asset] = &[\n");
    for (app, prefix) in APPS {
        let page = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../web/apps")
            .join(app);
        let built = page.join("dist");
        // A path that does not exist would make cargo run this each time; so what holds it is
        // watched until the build appears in it.
        let watched = if built.is_dir() { &built } else { &page };
        if watched.is_dir() {
            println!("cargo::rerun-if-changed={}", watched.display());
        }
        let mut files = Vec::new();
        if built.is_dir() {
            collect(&built, &mut files)?;
        }
        files.sort();
        for file in files.iter().filter(|file| !is_compressed(file)) {
            let name = file.strip_prefix(&built).map_err(io::Error::other)?;
            asset(&mut source, &format!("{prefix}{}", name.display()), file)?;
        }
    }
    source.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("assets.rs"), source)
}

fn asset(source: &mut String, path: &str, file: &Path) -> io::Result<()> {
    let mut compressed = String::new();
    for (suffix, encoding) in ENCODINGS {
        let beside = with_suffix(file, suffix);
        if beside.is_file() {
            let beside = beside.canonicalize()?;
            let _ = write!(compressed, "({encoding:?}, include_bytes!({beside:?})), ");
        }
    }
    let _ = writeln!(
        source,
        "    Asset {{ path: {path:?}, content_type: {:?}, etag: \"\\\"{:x}\\\"\", \
         body: include_bytes!({:?}), compressed: &[{}] }},",
        content_type(file),
        fingerprint(&fs::read(file)?),
        file.canonicalize()?,
        compressed.trim_end_matches(", "),
    );
    Ok(())
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

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

fn is_compressed(file: &Path) -> bool {
    ENCODINGS.iter().any(|(suffix, _)| {
        file.extension()
            .is_some_and(|extension| extension == *suffix)
    })
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
        Some("webmanifest") => "application/manifest+json",
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
