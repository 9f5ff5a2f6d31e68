//! What the list of features becomes: one place for every question that is asked of each of them.

macro_rules! registry {
    ($($(#[$doc:meta])* $name:ident: $feature:ident,)*) => {
        /// The names of all features, as in `hands.raise`.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// The state of every feature.
        #[derive(Clone, Debug, Default)]
        pub struct States {
            $(pub $name: <super::$name::$feature as Feature>::State,)*
        }

        /// An event of any feature.
        #[derive(Clone, Debug, PartialEq)]
        pub(super) enum Event {
            $($feature(<super::$name::$feature as Feature>::Event),)*
        }

        impl Event {
            pub(super) fn feature(&self) -> &'static str {
                match self {
                    $(Self::$feature(_) => stringify!($name),)*
                }
            }

            pub(super) fn apply(&self, states: &mut States, at_ms: u64) {
                match self {
                    $(Self::$feature(event) => {
                        super::$name::$feature::apply(&mut states.$name, at_ms, event);
                    })*
                }
            }

            pub(super) fn hearers(&self) -> Hearers {
                match self {
                    $(Self::$feature(event) => super::$name::$feature::hearers(event),)*
                }
            }

            pub(super) fn is_kept(&self) -> bool {
                match self {
                    $(Self::$feature(event) => super::$name::$feature::is_kept(event),)*
                }
            }

            pub(super) fn touches(&self) -> Touched<'_> {
                match self {
                    $(Self::$feature(event) => super::$name::$feature::touches(event),)*
                }
            }

            pub(super) fn to_json(&self, seq: u64, at_ms: u64) -> String {
                match self {
                    $(Self::$feature(event) => numbered(seq, at_ms, stringify!($name), event),)*
                }
            }

            /// `None`: of a feature that no longer exists.
            pub(super) fn from_json(
                feature: &str,
                event: Value,
            ) -> Result<Option<Self>, serde_json::Error> {
                match feature {
                    $(stringify!($name) => {
                        serde_json::from_value(event).map(|event| Some(Self::$feature(event)))
                    })*
                    _ => Ok(None),
                }
            }
        }

        pub(super) fn command(
            context: &Context<'_>,
            actor: &Actor,
            feature: &str,
            call: (&str, Value),
        ) -> Result<Decided, Refused> {
            match feature {
                $(stringify!($name) => decide::<super::$name::$feature>(
                    context,
                    &context.states.$name,
                    actor,
                    call,
                    Event::$feature,
                ),)*
                _ => Err(Common::UnknownMethod.into()),
            }
        }

        pub(super) fn notice(
            context: &Context<'_>,
            feature: &str,
            occurrence: &Occurrence,
        ) -> Option<Decided> {
            let decided = match feature {
                $(stringify!($name) => super::$name::$feature::notice(
                    context,
                    &context.states.$name,
                    occurrence,
                )
                .map_into(Event::$feature),)*
                _ => return None,
            };
            Some(decided)
        }

        pub(super) fn wake(context: &Context<'_>, feature: &str) -> Option<Decided> {
            let decided = match feature {
                $(stringify!($name) => {
                    super::$name::$feature::wake(context, &context.states.$name)
                        .map_into(Event::$feature)
                })*
                _ => return None,
            };
            Some(decided)
        }

        pub(super) fn deadline(context: &Context<'_>, feature: &str) -> Option<u64> {
            match feature {
                $(stringify!($name) => {
                    super::$name::$feature::next_deadline(context, &context.states.$name)
                })*
                _ => None,
            }
        }

        /// What a person may do now.
        pub(super) fn rights(context: &Context<'_>, person: &Person) -> Rights {
            let mut rights = context.table().rights_of(person.role);
            $(super::$name::$feature::adjust(&context.states.$name, person, &mut rights);)*
            rights
        }

        /// What a viewer may see of each feature that this kind has.
        pub(super) fn snapshot(context: &Context<'_>, viewer: &Actor) -> Map<String, Value> {
            let mut document = Map::new();
            $(if context.table().has(stringify!($name))
                && let Some(seen) = show::<super::$name::$feature>(
                    context,
                    &context.states.$name,
                    viewer,
                )
            {
                document.insert(stringify!($name).to_owned(), seen);
            })*
            document
        }

        /// A client's state of one feature after one more event.
        pub(super) fn reduce(
            feature: &str,
            state: &Value,
            at_ms: u64,
            event: &Value,
        ) -> Result<Value, serde_json::Error> {
            match feature {
                $(stringify!($name) => {
                    replay::<super::$name::$feature>(state, at_ms, event)
                })*
                _ => Ok(state.clone()),
            }
        }
    };
}

pub(super) use registry;
