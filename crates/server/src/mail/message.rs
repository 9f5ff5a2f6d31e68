//! From a letter to what goes over the wire (RFC 5322).

use super::NotSent;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use std::time::{Duration, UNIX_EPOCH};
use store::jobs::JobId;
use tenancy::mail::Letter;

/// No machine answers to it with "I am on holiday" (RFC 3834).
const BY_A_MACHINE: (&str, &str) = ("Auto-Submitted", "auto-generated");

/// The same letter is the same message each time it is tried, down to its Message-ID: where one
/// arrives twice, mailboxes can tell.
pub(crate) fn written(
    from: &Mailbox,
    letter: &Letter,
    job: JobId,
    created_ms: u64,
) -> Result<Message, NotSent> {
    let to = letter.to.parse::<Address>();
    let to = to.map_err(|_| NotSent::Unwritable("the address is none that mail goes to"))?;
    let domain = from.email.domain();
    let mut message = Message::builder()
        .from(from.clone())
        // Without a name, which somebody else may have chosen.
        .to(Mailbox::new(None, to))
        .subject(letter.subject.clone())
        .date(UNIX_EPOCH + Duration::from_millis(created_ms))
        .message_id(Some(format!("<{created_ms}.{}@{domain}>", job.0)))
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|_| NotSent::Unwritable("a header does not hold"))?;
    let (name, value) = BY_A_MACHINE;
    let name = HeaderName::new_from_ascii_str(name);
    let headers = message.headers_mut();
    headers.insert_raw(HeaderValue::new(name, value.to_owned()));
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::PersonId;
    use base::rng::Rng;

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            person: PersonId::random(&mut Rng::from_seed(1)),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "您好：\nhttps://meet.example/console/sign-in#magic=x\n".to_owned(),
            html: "<p>您好</p>".to_owned(),
            expires_ms: 0,
        }
    }

    fn bytes(letter: &Letter) -> Result<String, NotSent> {
        let from = "示例商店 <no-reply@example.com>".parse().unwrap();
        let message = written(&from, letter, JobId(7), 1_700_000_000_000)?;
        let bytes = message.formatted();
        assert!(bytes.is_ascii(), "encoded for servers of any age");
        Ok(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_letter_is_the_same_message_each_time_it_is_tried() {
        let letter = letter("wang@example.com", "登录 Stoa");
        let headers = |text: String| -> Vec<String> {
            let head = text.split("\r\n\r\n").next().unwrap().to_owned();
            // The boundary between the parts is drawn anew.
            let lines = head.lines().map(str::to_owned);
            lines.filter(|line| !line.contains("boundary")).collect()
        };
        let first = headers(bytes(&letter).unwrap());
        assert_eq!(first, headers(bytes(&letter).unwrap()));
        for line in [
            "To: wang@example.com",
            "Message-ID: <1700000000000.7@example.com>",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(
                first.iter().any(|found| found == line),
                "{line} in {first:?}"
            );
        }
    }

    #[test]
    fn an_address_that_would_smuggle_a_header_in_is_not_written_to() {
        for smuggled in [
            "wang@example.com\r\nBcc: all@example.com",
            "wang@example.com, all@example.com",
            "wang@example.com>\r\nRCPT TO:<all@example.com",
            "",
        ] {
            let told = bytes(&letter(smuggled, "x"))
                .err()
                .map(|error| error.is_final());
            assert_eq!(told, Some(true), "{smuggled:?}");
        }
    }

    #[test]
    fn a_subject_is_one_header_whatever_stands_in_it() {
        let smuggled = "Hello\r\nBcc: all@example.com\r\n\r\nnot our text";
        let text = bytes(&letter("wang@example.com", smuggled)).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let starts = |name: &str| head.lines().any(|line| line.starts_with(name));
        assert!(!starts("Bcc") && starts("Subject: "), "{head}");
        assert!(starts("Content-Type: multipart/alternative"), "{head}");
    }
}
