//! A class: a stage for the teacher and whoever he calls up, seats for the rest.

use super::{Right, Rights, Role, Table};

const SEAT: Rights = Rights::of(&[
    Right::ShowCamera,
    Right::Chat,
    Right::SendFiles,
    Right::RaiseHand,
    Right::React,
    Right::AskQuestions,
]);

pub(super) const TABLE: Table = Table {
    max_people: 50,
    rights: &[
        (Role::Host, Rights::ALL),
        (
            Role::CoHost,
            Rights::ALL.without(&[Right::End, Right::SetRoles, Right::HandOver, Right::Ban]),
        ),
        (
            Role::Speaker,
            SEAT.with(&[Right::Speak, Right::ShareScreen, Right::Annotate]),
        ),
        (Role::Member, SEAT),
        (
            Role::Audience,
            Rights::of(&[
                Right::Chat,
                Right::RaiseHand,
                Right::React,
                Right::AskQuestions,
            ]),
        ),
        (
            Role::Interpreter,
            Rights::of(&[Right::Speak, Right::Chat, Right::ChatPrivate]),
        ),
        (Role::Observer, Rights::NONE),
        (
            Role::Agent,
            SEAT.with(&[Right::Speak, Right::ShareScreen, Right::Annotate])
                .without(&[Right::RaiseHand, Right::AskQuestions]),
        ),
    ],
    without: &[],
    counted: &[],
    camera_off: &[Role::Observer, Role::Audience],
    lobby: false,
};
