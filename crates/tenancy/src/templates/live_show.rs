//! What is shown to an audience.

use super::{Template, Tool, text};
use room_core::kinds::Kind;

pub(super) const TEMPLATES: &[Template] = &[Template {
    id: "live_selling",
    kind: Kind::LiveShow,
    title: text("直播带货", "Live selling"),
    agenda: &[
        (text("开场与福利预告", "Opening and what is to come"), 5),
        (text("商品讲解", "The products"), 45),
        (text("互动与答疑", "Questions and answers"), 15),
        (text("返场与下期预告", "Encore and the next show"), 5),
    ],
    documents: &[
        text("讲解脚本", "Script"),
        text("商品与价格清单", "List of products and prices"),
    ],
    tools: &[Tool::CloseUp, Tool::Chat, Tool::Timer, Tool::ShareScreen],
}];
