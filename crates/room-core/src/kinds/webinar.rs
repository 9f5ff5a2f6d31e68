//! A webinar: a stage, and an audience that is counted.

use super::{Right, Rights, Role, Table};

const STAGE: Rights = Rights::of(&[
    Right::Speak,
    Right::ShowCamera,
    Right::ShareScreen,
    Right::Chat,
    Right::ChatPrivate,
    Right::SendFiles,
    Right::Annotate,
    Right::RaiseHand,
    Right::React,
    Right::AskQuestions,
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
        (Role::Speaker, STAGE),
        (Role::Member, SEAT),
        (Role::Audience, SEAT),
        (
            Role::Interpreter,
            Rights::of(&[Right::Speak, Right::Chat, Right::ChatPrivate]),
        ),
        (Role::Observer, Rights::NONE),
        (
            Role::Agent,
            STAGE.without(&[Right::RaiseHand, Right::AskQuestions]),
        ),
    ],
    without: &[],
    counted: &[Role::Audience],
    camera_off: &[Role::Member, Role::Audience, Role::Observer],
    lobby: false,
};
