//! Templates: for what a room is called, with an agenda, the documents to bring, and what the
//! button "more" shows first. Tables, in Chinese and English.

mod class;
mod consult;
mod live_show;
mod meeting;
mod webinar;

use crate::rooms::AgendaItem;
use room_core::kinds::Kind;

/// The languages that templates speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    Chinese,
    #[default]
    English,
}

impl Language {
    /// The first of ours in an `Accept-Language` (RFC 9110 section 12.5.4), the weights minded.
    pub fn accepted(header: &str) -> Self {
        let mut best = (0.0, Self::default());
        // A browser sends a handful.
        for range in header.split(',').take(20) {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                Some(_) | None => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// A text in each language.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    pub zh: &'static str,
    pub en: &'static str,
}

impl Text {
    pub fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

/// What stands first behind "more".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    ShareScreen,
    Annotate,
    CloseUp,
    Files,
    Chat,
    Timer,
    Hands,
    LeadView,
    Lobby,
}

impl Tool {
    pub fn code(self) -> &'static str {
        match self {
            Self::ShareScreen => "share_screen",
            Self::Annotate => "annotate",
            Self::CloseUp => "close_up",
            Self::Files => "files",
            Self::Chat => "chat",
            Self::Timer => "timer",
            Self::Hands => "hands",
            Self::LeadView => "lead_view",
            Self::Lobby => "lobby",
        }
    }
}

#[derive(Debug)]
pub struct Template {
    pub id: &'static str,
    pub kind: Kind,
    pub title: Text,
    /// What is talked about, and for how many minutes.
    pub agenda: &'static [(Text, u32)],
    /// What each side brings.
    pub documents: &'static [Text],
    pub tools: &'static [Tool],
}

impl Template {
    pub fn agenda_in(&self, language: Language) -> Vec<AgendaItem> {
        let items = self.agenda.iter().zip(1..);
        items
            .map(|((text, minutes), number)| AgendaItem {
                id: format!("a{number}"),
                text: text.in_language(language).to_owned(),
                minutes: Some(*minutes),
            })
            .collect()
    }
}

/// All of them, in the order in which they are offered.
pub fn all() -> impl Iterator<Item = &'static Template> {
    [
        meeting::TEMPLATES,
        class::TEMPLATES,
        webinar::TEMPLATES,
        consult::TEMPLATES,
        live_show::TEMPLATES,
    ]
    .into_iter()
    .flatten()
}

pub fn find(id: &str) -> Option<&'static Template> {
    all().find(|template| template.id == id)
}

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_template_is_whole_in_both_languages() {
        let mut ids = BTreeSet::new();
        for template in all() {
            assert!(ids.insert(template.id), "{} comes twice", template.id);
            assert!(template.agenda.len() >= 3 && !template.tools.is_empty());
            let agenda = template.agenda.iter().map(|(text, _)| text);
            for text in agenda.chain(template.documents).chain([&template.title]) {
                let chinese = text
                    .zh
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                let english = text.en.is_ascii() && !text.en.is_empty();
                assert!(chinese && english, "{}: {text:?}", template.id);
            }
        }
        assert!(Kind::ALL.iter().all(|kind| all().any(|t| t.kind == *kind)));
    }

    #[test]
    fn a_template_shows_only_tools_that_its_kind_has() {
        for template in all() {
            let has = |feature| template.kind.table().has(feature);
            for tool in template.tools {
                let there = match tool {
                    Tool::Annotate => has("annotation"),
                    Tool::Hands => has("hands"),
                    Tool::Timer => has("timer"),
                    Tool::Chat | Tool::Files => has("chat"),
                    Tool::Lobby => has("lobby"),
                    Tool::CloseUp | Tool::LeadView => has("layout"),
                    Tool::ShareScreen => true,
                };
                assert!(there, "{} has no {}", template.id, tool.code());
            }
        }
    }

    #[test]
    fn an_agenda_can_be_the_agenda_of_a_room() {
        for template in all() {
            for language in [Language::Chinese, Language::English] {
                assert!(crate::rooms::checked_agenda(template.agenda_in(language)).is_ok());
            }
        }
    }

    #[test]
    fn the_reader_s_language_is_found_in_what_his_browser_says() {
        let accepted = Language::accepted;
        assert_eq!(accepted("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(accepted("de, en;q=0.7, zh;q=0.3"), Language::English);
        assert_eq!(accepted("fr, zh;q=0.1"), Language::Chinese);
        for other in ["", "fr", "面", "zh;q=x", "*"] {
            assert_eq!(accepted(other), Language::English, "{other}");
        }
    }
}
