//! What merchants and their suppliers meet for.

use super::{Template, Tool, text};
use room_core::kinds::Kind;

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "new_products",
        kind: Kind::Meeting,
        title: text("产品上新", "New products"),
        agenda: &[
            (
                text(
                    "新品介绍与实物展示",
                    "Introduce the products and show samples",
                ),
                15,
            ),
            (
                text("目标人群与卖点", "Target customers and selling points"),
                10,
            ),
            (
                text("定价、毛利与首批数量", "Price, margin and first quantity"),
                15,
            ),
            (
                text(
                    "主图、详情页与上架时间",
                    "Pictures, product page and launch date",
                ),
                15,
            ),
            (text("分工与下一步", "Who does what next"), 5),
        ],
        documents: &[
            text("样品或样品照片", "Samples or photographs of them"),
            text("规格书与成分表", "Specification and composition"),
            text("供货价与起订量", "Supply price and minimum order"),
        ],
        tools: &[
            Tool::CloseUp,
            Tool::ShareScreen,
            Tool::Annotate,
            Tool::Files,
        ],
    },
    Template {
        id: "promotion",
        kind: Kind::Meeting,
        title: text("促销活动", "Promotion"),
        agenda: &[
            (text("活动目标与预算", "Goal and budget"), 10),
            (
                text("商品、价格与优惠力度", "Products, prices and discounts"),
                15,
            ),
            (text("库存与补货节奏", "Stock and replenishment"), 10),
            (text("素材与投放时间表", "Material and schedule"), 15),
            (
                text("风险与应急预案", "Risks and what to do about them"),
                10,
            ),
        ],
        documents: &[
            text("上次活动的数据", "Figures of the last promotion"),
            text("商品与库存清单", "List of products and stock"),
            text("活动规则", "Rules of the promotion"),
        ],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Timer, Tool::Files],
    },
    Template {
        id: "after_sales",
        kind: Kind::Meeting,
        title: text("售后处理", "After-sales"),
        agenda: &[
            (text("问题与证据", "The problem and the evidence"), 10),
            (text("责任判定", "Whose responsibility it is"), 10),
            (
                text("退换、补偿与费用承担", "Return, compensation and who pays"),
                10,
            ),
            (text("预防再次发生", "How it will not happen again"), 5),
        ],
        documents: &[
            text("订单与物流记录", "Orders and shipping records"),
            text(
                "问题商品的照片或实物",
                "The faulty product or photographs of it",
            ),
            text("与消费者的沟通记录", "What was said with the customer"),
        ],
        tools: &[Tool::CloseUp, Tool::Files, Tool::Annotate, Tool::Chat],
    },
    Template {
        id: "payment_terms",
        kind: Kind::Meeting,
        title: text("账期结算", "Payment terms"),
        agenda: &[
            (
                text("当前账期与未结金额", "Present terms and open amounts"),
                10,
            ),
            (text("账期调整方案", "Proposed terms"), 15),
            (
                text("额度、担保与逾期处理", "Credit limit, security and delay"),
                10,
            ),
            (text("确认与签署安排", "Confirmation and signature"), 5),
        ],
        documents: &[
            text("现行合同", "The contract in force"),
            text("应收应付明细", "Receivables and payables"),
            text("发票清单", "List of invoices"),
        ],
        tools: &[Tool::ShareScreen, Tool::Files, Tool::Lobby],
    },
    Template {
        id: "reconciliation",
        kind: Kind::Meeting,
        title: text("对账", "Reconciliation"),
        agenda: &[
            (text("核对双方账单总额", "Compare both totals"), 10),
            (text("逐项核对差异", "Go through the differences"), 20),
            (
                text("退货、返利与扣款", "Returns, rebates and deductions"),
                10,
            ),
            (
                text(
                    "确认结果与付款日",
                    "Agree on the result and the day of payment",
                ),
                5,
            ),
        ],
        documents: &[
            text("本期对账单", "Statement of this period"),
            text("发货与入库记录", "Shipping and receiving records"),
            text("退货与返利凭证", "Vouchers of returns and rebates"),
        ],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Files, Tool::Lobby],
    },
    Template {
        id: "selection_quality",
        kind: Kind::Meeting,
        title: text("选品品控", "Selection and quality"),
        agenda: &[
            (text("候选商品一览", "The candidates"), 10),
            (
                text("实物细节检查", "Look at the details of the samples"),
                20,
            ),
            (text("检测报告与执行标准", "Test reports and standards"), 10),
            (text("合格、整改与淘汰", "Accept, improve or reject"), 10),
        ],
        documents: &[
            text("样品", "Samples"),
            text("检测报告", "Test reports"),
            text("质量标准与抽检方案", "Quality standard and sampling plan"),
        ],
        tools: &[Tool::CloseUp, Tool::Annotate, Tool::LeadView, Tool::Files],
    },
    Template {
        id: "price_negotiation",
        kind: Kind::Meeting,
        title: text("议价", "Price negotiation"),
        agenda: &[
            (text("采购量与预测", "Quantities and forecast"), 10),
            (text("成本构成与报价", "Costs and quotation"), 15),
            (text("价格、账期与返利", "Price, terms and rebates"), 20),
            (text("约定与有效期", "What is agreed, and until when"), 5),
        ],
        documents: &[
            text("报价单", "Quotation"),
            text("历史采购数据", "Past purchases"),
            text("市场比价", "Prices of the market"),
        ],
        tools: &[Tool::ShareScreen, Tool::Lobby, Tool::Timer, Tool::Chat],
    },
    Template {
        id: "qualification_check",
        kind: Kind::Meeting,
        title: text("出口资质核验", "Export qualification check"),
        agenda: &[
            (text("身份与授权确认", "Who is here, and for whom"), 5),
            (text("证照原件展示", "Show the original documents"), 15),
            (
                text(
                    "目的国准入与认证要求",
                    "Access and certification of the destination",
                ),
                15,
            ),
            (text("缺项与补件期限", "What is missing, and until when"), 5),
        ],
        documents: &[
            text(
                "营业执照与进出口权备案",
                "Business licence and export registration",
            ),
            text("产品认证证书", "Product certificates"),
            text(
                "原产地证明与检测报告",
                "Certificate of origin and test reports",
            ),
        ],
        tools: &[Tool::CloseUp, Tool::Files, Tool::Annotate, Tool::Lobby],
    },
    Template {
        id: "campaign_planning",
        kind: Kind::Meeting,
        title: text("活动策划", "Campaign planning"),
        agenda: &[
            (text("主题与目标", "Theme and goal"), 10),
            (text("创意与方案讨论", "Ideas"), 20),
            (
                text("资源、预算与排期", "Resources, budget and schedule"),
                15,
            ),
            (text("分工", "Who does what"), 5),
        ],
        documents: &[
            text("策划案草稿", "Draft of the plan"),
            text("预算表", "Budget"),
        ],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Timer, Tool::Hands],
    },
    Template {
        id: "rules_consultation",
        kind: Kind::Meeting,
        title: text("规则咨询", "Questions about the rules"),
        agenda: &[
            (text("商家的问题", "The merchant's questions"), 10),
            (text("规则解读与案例", "The rules, with examples"), 15),
            (text("整改建议", "What to change"), 10),
        ],
        documents: &[
            text(
                "违规通知或问题截图",
                "The notice, or pictures of the problem",
            ),
            text("相关规则原文", "The rules themselves"),
        ],
        tools: &[Tool::ShareScreen, Tool::Annotate, Tool::Chat],
    },
    Template {
        id: "product_launch",
        kind: Kind::Meeting,
        title: text("新品发布宣讲", "Product launch briefing"),
        agenda: &[
            (text("品牌与新品故事", "The brand and the product"), 15),
            (text("现场演示", "Demonstration"), 15),
            (text("渠道政策", "Terms for the trade"), 10),
            (text("提问", "Questions"), 15),
        ],
        documents: &[
            text("发布演示文稿", "Slides"),
            text("渠道政策表", "Table of terms"),
        ],
        tools: &[
            Tool::ShareScreen,
            Tool::CloseUp,
            Tool::Hands,
            Tool::LeadView,
        ],
    },
];
