//! What shoppers ask a clerk.

use super::{Template, Tool, text};
use room_core::kinds::Kind;

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "shopping_advice",
        kind: Kind::Consult,
        title: text("视频导购", "Shopping advice"),
        agenda: &[
            (text("了解需求", "What is wanted"), 5),
            (text("实物展示与比较", "Show and compare"), 10),
            (text("确认选择", "Choose"), 5),
        ],
        documents: &[text("推荐商品", "Products to recommend")],
        tools: &[Tool::CloseUp, Tool::Annotate, Tool::Chat],
    },
    Template {
        id: "after_sales_help",
        kind: Kind::Consult,
        title: text("售后协助", "After-sales help"),
        agenda: &[
            (text("看看问题", "Look at the problem"), 5),
            (text("远程指导", "Help from afar"), 10),
            (text("处理方案", "What will be done"), 5),
        ],
        documents: &[text("订单号", "Order number")],
        tools: &[Tool::Annotate, Tool::Files, Tool::Chat],
    },
];
