//! `Content-Disposition` (RFC 6266): pictures are shown, everything else is kept.

/// The header's value for a file of that name and type.
pub fn content_disposition(name: &str, media_type: &str) -> String {
    // A browser that shows what people sent runs it too, but for pictures.
    let how = if media_type.starts_with("image/") {
        "inline"
    } else {
        "attachment"
    };
    let ascii: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        // RFC 5987 section 3.2.1, attr-char.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let header = content_disposition("a\"; filename=\"b.exe", "application/pdf");
        assert!(header.starts_with("attachment; filename=\"a_; filename=_b.exe\"; filename*="));
        let chinese = content_disposition("报 价.pdf", "application/pdf");
        assert!(chinese.contains("filename=\"_ _.pdf\""));
        assert!(chinese.ends_with("filename*=UTF-8''%E6%8A%A5%20%E4%BB%B7.pdf"));
        assert!(content_disposition("a.png", "image/png").starts_with("inline;"));
    }
}
