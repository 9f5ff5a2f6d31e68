//! Where a listener stands, or that it does not.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::net::{IpAddr, SocketAddr};

/// `"off"`, or an address with its port such as `"0.0.0.0:7880"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Listen {
    #[default]
    Off,
    On(SocketAddr),
}

impl Listen {
    pub(crate) fn on(ip: impl Into<IpAddr>, port: u16) -> Self {
        Self::On(SocketAddr::new(ip.into(), port))
    }

    pub(crate) fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Off => None,
            Self::On(address) => Some(address),
        }
    }
}

impl Serialize for Listen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::On(address) => serializer.collect_str(address),
        }
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse().map(Self::On).map_err(|_| {
            D::Error::custom(format!(
                "\"{text}\" is not an address with a port, such as \"0.0.0.0:7880\" or \
                 \"[::]:7880\", nor \"off\""
            ))
        })
    }
}
