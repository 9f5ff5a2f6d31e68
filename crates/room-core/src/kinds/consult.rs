//! A consultation: a clerk (host) and a shopper (member), few enough to need no order of speaking or asking.

use super::{Right, Rights, Role, Table};

const SHOPPER: Rights = Rights::of(&[
    Right::Speak,
    Right::ShowCamera,
    Right::ShareScreen,
    Right::Chat,
    Right::SendFiles,
    Right::Annotate,
    Right::React,
]);

const HOST: Rights = Rights::ALL.without(&[
    Right::GrantFloor,
    Right::AskQuestions,
    Right::ModerateQuestions,
]);

pub(super) const TABLE: Table = Table {
    max_people: 6,
    rights: &[
        (Role::Host, HOST),
        (
            Role::CoHost,
            HOST.without(&[Right::End, Right::SetRoles, Right::HandOver]),
        ),
        (Role::Speaker, SHOPPER),
        (Role::Member, SHOPPER),
        (Role::Audience, Rights::of(&[Right::Chat, Right::React])),
        (
            Role::Interpreter,
            Rights::of(&[Right::Speak, Right::ShowCamera, Right::Chat]),
        ),
        (Role::Observer, Rights::NONE),
        (Role::Agent, SHOPPER),
    ],
    without: &["hands", "questions"],
    counted: &[],
    camera_off: &[Role::Member, Role::Audience, Role::Observer],
    lobby: false,
};
