//! Letters that the server writes, in their reader's language. They wait as jobs, entered in the
//! transaction of what they tell of; whoever delivers them takes them from there.

use crate::{Context, Denied};
use base::{PersonId, Redacted};
use serde::{Deserialize, Serialize};
use store::Tx;

/// The kind of the jobs.
pub const JOB: &str = "mail";

/// Who was on holiday finds an invitation that is still good; one that comes later astonishes.
const INVITATION_MS: u64 = 3 * 24 * 3_600 * 1_000;

/// A letter, ready to go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Whom it is for; logs say no more of him.
    pub person: PersonId,
    /// His e-mail address.
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The same for programs that show HTML.
    pub html: String,
    /// Not worth delivering from then on.
    pub expires_ms: u64,
}

/// It names people and holds secrets.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter([redacted])")
    }
}

/// To whom, and in which language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addressee<'a> {
    pub(crate) person: &'a PersonId,
    pub(crate) email: &'a Redacted<String>,
    pub(crate) name: &'a Redacted<String>,
    /// BCP 47.
    pub(crate) locale: &'a str,
}

/// What a letter says. Both forms are made from it, so that they say the same.
struct Words {
    subject: String,
    greeting: String,
    before: String,
    button: &'static str,
    after: &'static str,
}

impl Addressee<'_> {
    /// The sign-in link.
    pub(crate) fn sign_in(&self, tenant: &str, url: &str, expires_ms: u64) -> Letter {
        let words = match self.reads_chinese() {
            true => Words {
                subject: format!("登录 {tenant}"),
                greeting: self.greeting(),
                before: "请打开以下链接登录。链接 15 分钟内有效，只能使用一次：".to_owned(),
                button: "登录",
                after: "如果这不是您本人的操作，请忽略本邮件。",
            },
            false => Words {
                subject: format!("Sign in to {tenant}"),
                greeting: self.greeting(),
                before: "Open this link to sign in. It works once, within 15 minutes:".to_owned(),
                button: "Sign in",
                after: "If you did not ask for it, you can ignore this message.",
            },
        };
        self.letter(&words, url, expires_ms)
    }

    /// That he belongs to a tenant's staff now, and where to sign in.
    pub(crate) fn invitation(&self, tenant: &str, url: &str, now_ms: u64) -> Letter {
        let words = match self.reads_chinese() {
            true => Words {
                subject: format!("{tenant} 邀请您加入"),
                greeting: self.greeting(),
                before: format!("您已被添加为「{tenant}」的成员。请用此邮箱地址登录："),
                button: "前往登录",
                after: "如果您不认识邀请方，请忽略本邮件。",
            },
            false => Words {
                subject: format!("{tenant} has added you"),
                greeting: self.greeting(),
                before: format!(
                    "You now belong to the staff of {tenant}. Sign in with this e-mail address:"
                ),
                button: "Go to sign-in",
                after: "If you do not know who this is, you can ignore this message.",
            },
        };
        self.letter(&words, url, now_ms + INVITATION_MS)
    }

    fn reads_chinese(&self) -> bool {
        self.locale == "zh" || self.locale.starts_with("zh-")
    }

    fn greeting(&self) -> String {
        let name = self.name.expose();
        match self.reads_chinese() {
            true => format!("{name}，您好："),
            false => format!("Hello {name},"),
        }
    }

    fn letter(&self, words: &Words, url: &str, expires_ms: u64) -> Letter {
        let Words {
            subject,
            greeting,
            before,
            button,
            after,
        } = words;
        let language = if self.reads_chinese() { "zh-CN" } else { "en" };
        let [title, hello, text, link] = [subject, greeting, before, url].map(escaped);
        Letter {
            person: self.person.clone(),
            to: self.email.expose().clone(),
            subject: subject.clone(),
            text: format!("{greeting}\n\n{before}\n\n{url}\n\n{after}\n"),
            // Styles stand at the elements: mail programs drop style sheets.
            html: format!(
                "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
                 <body style=\"font:16px/1.6 sans-serif\"><p>{hello}</p><p>{text}</p>\
                 <p><a href=\"{link}\" style=\"display:inline-block;padding:10px 20px;\
                 background:#1f5eff;color:#ffffff;border-radius:8px;text-decoration:none\">{button}</a></p>\
                 <p style=\"font-size:13px;word-break:break-all\">{link}</p><p>{after}</p></body></html>"
            ),
            expires_ms,
        }
    }
}

/// Puts a letter where it waits for delivery.
pub(crate) async fn post(tx: &mut Tx, context: &Context, letter: &Letter) -> Result<(), Denied> {
    // Texts and a number can always be written as JSON.
    let written = serde_json::to_string(letter).unwrap_or_default();
    let now_ms = context.now_ms;
    tx.jobs()
        .enqueue(now_ms, JOB, &Redacted::new(written), now_ms)
        .await?;
    Ok(())
}

fn escaped(text: impl AsRef<str>) -> String {
    let mut out = String::new();
    for c in text.as_ref().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::rng::Rng;

    fn written(name: &str, locale: &str, write: impl Fn(Addressee<'_>) -> Letter) -> Letter {
        let person = PersonId::random(&mut Rng::from_seed(1));
        let email = Redacted::new("wang@example.com".to_owned());
        let name = Redacted::new(name.to_owned());
        write(Addressee {
            person: &person,
            email: &email,
            name: &name,
            locale,
        })
    }

    #[test]
    fn everybody_is_written_to_in_his_language() {
        let url = "https://meet.example/x";
        let chinese = written("Wang", "zh-CN", |to| to.sign_in("示例商店", url, 9));
        assert_eq!(chinese.subject, "登录 示例商店");
        assert!(chinese.text.contains("https://meet.example/x\n"));
        assert!(chinese.text.contains("15 分钟"));
        let english = written("Wang", "en-GB", |to| to.invitation("Demo Shop", url, 0));
        assert_eq!(english.subject, "Demo Shop has added you");
        assert_eq!(english.to, "wang@example.com");
        let neither = written("Wang", "fr", |to| to.invitation("Demo Shop", url, 0));
        assert_eq!(neither, english, "English where there is no translation");
    }

    #[test]
    fn both_forms_say_the_same_and_a_name_is_no_markup() {
        let name = "<img src=x onerror=\"alert(1)\">";
        let url = "https://meet.example/?a=1&b=2";
        let letter = written(name, "en", |to| to.invitation("A & B", url, 0));
        assert!(letter.text.contains(name) && letter.text.contains(url));
        assert!(!letter.html.contains("<img"), "{}", letter.html);
        assert!(letter.html.contains("staff of A &amp; B"));
        assert!(
            letter
                .html
                .contains("href=\"https://meet.example/?a=1&amp;b=2\"")
        );
    }
}
