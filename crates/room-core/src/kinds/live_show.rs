//! A live show: hosts on a stage, and a large audience that is counted.

use super::{Right, Rights, Role, Table};

const STAGE: Rights = Rights::of(&[
    Right::Speak,
    Right::ShowCamera,
    Right::ShareScreen,
    Right::Chat,
    Right::ChatPrivate,
    Right::SendFiles,
    Right::Annotate,
    Right::React,
]);
const SEAT: Rights = Rights::of(&[
    Right::Chat,
    Right::RaiseHand,
    Right::React,
    Right::AskQuestions,
]);

pub(super) const TABLE: Table = Table {
    max_people: 10_000,
    rights: &[
        (Role::Host, Rights::ALL),
        (
            Role::CoHost,
            Rights::ALL.without(&[Right::End, Right::SetRoles, Right::HandOver]),
        ),
        (Role::Speaker, STAGE.with(&[Right::CloseUp])),
        (Role::Member, SEAT),
        (Role::Audience, SEAT),
        (
            Role::Interpreter,
            Rights::of(&[Right::Speak, Right::Chat, Right::ChatPrivate]),
        ),
        (Role::Observer, Rights::NONE),
        (Role::Agent, STAGE),
    ],
    // Whoever has the link may watch.
    without: &["lobby"],
    counted: &[Role::Audience],
    camera_off: &[Role::Member, Role::Audience, Role::Observer],
    lobby: false,
};
