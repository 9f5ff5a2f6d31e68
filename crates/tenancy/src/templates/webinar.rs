//! What is told to many.

use super::{Template, Tool, text};
use room_core::kinds::Kind;

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "merchant_recruiting",
        kind: Kind::Webinar,
        title: text("招商宣讲", "Recruiting merchants"),
        agenda: &[
            (
                text("平台与品类机会", "The platform and its categories"),
                20,
            ),
            (text("入驻条件与费用", "Conditions and fees"), 15),
            (text("成功案例", "Examples"), 15),
            (text("提问", "Questions"), 20),
        ],
        documents: &[
            text("招商手册", "Brochure"),
            text("费率表", "Table of fees"),
        ],
        tools: &[Tool::ShareScreen, Tool::Chat, Tool::Hands, Tool::Files],
    },
    Template {
        id: "rules_briefing",
        kind: Kind::Webinar,
        title: text("规则解读", "Rules briefing"),
        agenda: &[
            (text("新规要点", "What is new"), 20),
            (text("常见违规与案例", "Frequent mistakes"), 15),
            (text("提问", "Questions"), 15),
        ],
        documents: &[text("新规原文", "The rules")],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Chat, Tool::Hands],
    },
];
