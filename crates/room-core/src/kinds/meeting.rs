//! A meeting: everybody may speak.

use super::{Right, Rights, Role, Table};

const MEMBER: Rights = Rights::of(&[
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

pub(super) const TABLE: Table = Table {
    max_people: 100,
    rights: &[
        (Role::Host, Rights::ALL),
        (
            Role::CoHost,
            Rights::ALL.without(&[Right::End, Right::SetRoles, Right::HandOver]),
        ),
        (
            Role::Speaker,
            MEMBER.with(&[Right::LeadView, Right::RunTimer, Right::EditAgenda]),
        ),
        (Role::Member, MEMBER),
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
            Rights::of(&[
                Right::Speak,
                Right::ShowCamera,
                Right::Chat,
                Right::ChatPrivate,
                Right::RaiseHand,
                Right::AskQuestions,
            ]),
        ),
        (Role::Observer, Rights::NONE),
        (
            Role::Agent,
            MEMBER.without(&[Right::RaiseHand, Right::AskQuestions]),
        ),
    ],
    without: &[],
    counted: &[],
    camera_off: &[Role::Observer, Role::Audience],
    lobby: false,
};
