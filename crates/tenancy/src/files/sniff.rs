//! What a file is, by its first bytes: what its sender calls it is not believed.

/// Enough for every mark below.
pub(super) const HEAD_BYTES: usize = 512;

/// A type that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Png,
    Jpeg,
    Gif,
    Webp,
    Pdf,
    /// A ZIP archive, which documents of today's offices are too.
    Zip,
    /// A document of yesterday's offices (Compound File Binary).
    OleDocument,
    Mp4,
    Mp3,
    Ogg,
    Webm,
    Wav,
    Text,
}

/// Marks at an offset (WHATWG MIME Sniffing section 6; the formats' own specifications).
const MARKS: &[(usize, &[u8], MediaType)] = &[
    (0, b"\x89PNG\r\n\x1a\n", MediaType::Png),
    (0, b"\xff\xd8\xff", MediaType::Jpeg),
    (0, b"GIF87a", MediaType::Gif),
    (0, b"GIF89a", MediaType::Gif),
    (8, b"WEBPVP", MediaType::Webp),
    (0, b"%PDF-", MediaType::Pdf),
    (0, b"PK\x03\x04", MediaType::Zip),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        MediaType::OleDocument,
    ),
    (4, b"ftyp", MediaType::Mp4),
    (0, b"ID3", MediaType::Mp3),
    (0, b"\xff\xfb", MediaType::Mp3),
    (0, b"OggS\0", MediaType::Ogg),
    (0, b"\x1a\x45\xdf\xa3", MediaType::Webm),
    (8, b"WAVE", MediaType::Wav),
];

impl MediaType {
    /// None for what is not taken: programs, and what is unknown.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        let marked = MARKS
            .iter()
            .find(|(at, mark, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(mark)));
        match marked {
            Some((_, _, media_type)) => Some(*media_type),
            None => is_text(head).then_some(Self::Text),
        }
    }

    /// Whether browsers show it as an image.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// As it is called; the name's ending tells apart what the bytes alone do not.
    pub fn of_name(self, name: &str) -> &'static str {
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        let ending = ending.as_deref().unwrap_or_default();
        match (self, ending) {
            (Self::Png, _) => "image/png",
            (Self::Jpeg, _) => "image/jpeg",
            (Self::Gif, _) => "image/gif",
            (Self::Webp, _) => "image/webp",
            (Self::Pdf, _) => "application/pdf",
            (Self::Zip, "docx") => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            (Self::Zip, "xlsx") => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            (Self::Zip, "pptx") => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            (Self::Zip, _) => "application/zip",
            (Self::OleDocument, "xls") => "application/vnd.ms-excel",
            (Self::OleDocument, "ppt") => "application/vnd.ms-powerpoint",
            (Self::OleDocument, _) => "application/msword",
            (Self::Mp4, "m4a") => "audio/mp4",
            (Self::Mp4, "mov") => "video/quicktime",
            (Self::Mp4, _) => "video/mp4",
            (Self::Mp3, _) => "audio/mpeg",
            (Self::Ogg, _) => "audio/ogg",
            (Self::Webm, _) => "video/webm",
            (Self::Wav, _) => "audio/wav",
            (Self::Text, "csv") => "text/csv; charset=utf-8",
            // Also pages and scripts: as plain text they do nothing.
            (Self::Text, _) => "text/plain; charset=utf-8",
        }
    }
}

/// UTF-8 without control characters, but perhaps cut within its last character.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\x0c');
    !text.is_empty() && !text.starts_with("#!") && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_the_unknown_are_not_taken() {
        for head in [
            b"MZ\x90\0\x03\0\0\0".as_slice(),
            b"\x7fELF\x02\x01\x01\0",
            b"#!/bin/sh\nrm -rf /",
            b"\xca\xfe\xba\xbe\0\0\0\x34",
            b"\0\0\0\0",
            b"",
        ] {
            assert_eq!(MediaType::sniff(head), None);
        }
    }

    #[test]
    fn a_page_that_calls_itself_a_picture_is_a_text() {
        let page = MediaType::sniff(b"<html><script>alert(1)</script>").unwrap();
        assert_eq!(page.of_name("cat.png"), "text/plain; charset=utf-8");
    }

    #[test]
    fn documents_are_told_by_bytes_and_ending() {
        let of = |head: &[u8], name| MediaType::sniff(head).unwrap().of_name(name);
        assert_eq!(of(b"%PDF-1.7\n", "a.exe"), "application/pdf");
        assert!(of(b"PK\x03\x04\x14\0", "报价.XLSX").ends_with("spreadsheetml.sheet"));
        assert_eq!(
            of("品名,价格\n".as_bytes(), "a.csv"),
            "text/csv; charset=utf-8"
        );
        assert_eq!(of(b"RIFF\x24\0\0\0WEBPVP8 ", "x"), "image/webp");
    }

    #[test]
    fn a_text_cut_within_a_character_is_still_a_text() {
        let text = "面".repeat(400);
        assert_eq!(
            MediaType::sniff(&text.as_bytes()[..HEAD_BYTES]),
            Some(MediaType::Text)
        );
    }
}
