//! A tenant to try things with: in the database of `--dev` only, which lasts as long as the server.

use crate::config::Config;
use crate::database::Told;
use crate::problem::Problem;
use base::Redacted;
use base::clock::OsClock;
use base::rng::Rng;
use std::path::PathBuf;
use store::Store;
use tenancy::people::NewPerson;
use tenancy::tenants::NewTenant;
use tenancy::{Actor, Context, Denied, TenantRole, password, platform, tenants};

pub(crate) const EMAIL: &str = "demo@example.com";
pub(crate) const STAFF_EMAIL: &str = "staff@example.com";
pub(crate) const PASSWORD: &str = "stoa-demo";

/// The database file of a development server; gone when this is dropped.
#[derive(Debug)]
pub(crate) struct DemoFile(PathBuf);

impl DemoFile {
    /// Lets the configuration point to a fresh file, unless it names a database itself.
    pub(crate) fn instead_of_default(config: &mut Config) -> Option<Self> {
        let default = crate::config::Config::dev().store;
        if !config.dev || config.store != default {
            return None;
        }
        let name = format!("stoa-dev-{}.sqlite", std::process::id());
        let file = Self(std::env::temp_dir().join(name));
        file.remove();
        config.store.path.clone_from(&file.0);
        Some(file)
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(ending);
            // What is not there need not be removed.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Drop for DemoFile {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Makes the demo tenant in an empty database.
pub(crate) async fn furnish(store: &Store) -> Result<(), Problem> {
    made(store).await.map_err(|error| {
        Problem::new(
            "make the demo tenant",
            Told(error),
            "check that the folder for temporary files can be written",
        )
    })
}

async fn made(store: &Store) -> Result<(), Denied> {
    if !store.reader().await?.people().is_empty().await? {
        return Ok(());
    }
    let hash = password::hash("password", Redacted::new(PASSWORD.to_owned())).await?;
    let mut context = Context {
        actor: Actor::System { tenant: None },
        now_ms: OsClock.unix_ms(),
        rng: Rng::from_os(),
    };
    let person = |email: &str, name: &str, role| NewPerson {
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        locale: None,
        password_hash: Some(hash.clone()),
    };
    let mut tx = store.begin().await?;
    let new = NewTenant {
        name: "Demo Shop".to_owned(),
        slug: "demo".to_owned(),
        timezone: Some("Asia/Shanghai".to_owned()),
        locale: Some("zh-CN".to_owned()),
        owner: Some(person(EMAIL, "Demo Owner", TenantRole::Owner)),
    };
    let tenant = tenants::create(&mut tx, &mut context, new).await?;
    context.actor = Actor::System {
        tenant: Some(tenant.id),
    };
    let staff = person(STAFF_EMAIL, "Demo Staff", TenantRole::Staff);
    tenancy::people::create(&mut tx, &mut context, staff).await?;
    platform::make_operator(&mut tx, &mut context, EMAIL, "Demo Owner", hash).await?;
    tx.commit().await?;
    Ok(())
}
