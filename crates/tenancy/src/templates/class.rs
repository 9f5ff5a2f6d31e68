//! What merchants are taught.

use super::{Template, Tool, text};
use room_core::kinds::Kind;

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "merchant_training",
        kind: Kind::Class,
        title: text("商家培训", "Merchant training"),
        agenda: &[
            (text("本课目标", "What is learned today"), 5),
            (text("讲解与后台演示", "Explanation and demonstration"), 30),
            (text("动手练习", "Exercise"), 15),
            (text("答疑", "Questions"), 10),
        ],
        documents: &[
            text("课件", "Slides"),
            text("练习账号", "Accounts for the exercise"),
        ],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Hands, Tool::Timer],
    },
    Template {
        id: "one_to_one",
        kind: Kind::Class,
        title: text("一对一辅导", "One-to-one coaching"),
        agenda: &[
            (text("店铺现状", "The shop as it is"), 10),
            (text("一起修改", "Changing it together"), 30),
            (text("课后作业", "Homework"), 5),
        ],
        documents: &[text("店铺数据截图", "Figures of the shop")],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Files],
    },
];
