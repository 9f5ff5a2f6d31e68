//! A tenant to try things with: in the database of `--dev` only, which lasts as long as the server.

use crate::config::Config;
use crate::database::Told;
use crate::problem::Problem;
use base::clock::OsClock;
use base::rng::Rng;
use base::{PersonId, Redacted};
use room_core::kinds::Kind;
use std::path::PathBuf;
use store::{Store, Tx};
use tenancy::people::NewPerson;
use tenancy::rooms::{NewRoom, NewSchedule, SettingsPatch};
use tenancy::templates::Language;
use tenancy::tenants::NewTenant;
use tenancy::{Actor, Context, Denied, TenantRole, password, platform, rooms, tenants};

pub(crate) const EMAIL: &str = "demo@example.com";
pub(crate) const STAFF_EMAIL: &str = "staff@example.com";
pub(crate) const PASSWORD: &str = "stoa-demo";

/// Database and files of a development server; gone when this is dropped.
#[derive(Debug)]
pub(crate) struct DemoFolder(PathBuf);

impl DemoFolder {
    /// Lets the configuration point into a fresh folder, unless it names a database itself.
    pub(crate) fn instead_of_default(config: &mut Config) -> Result<Option<Self>, Problem> {
        let default = Config::dev();
        if !config.dev || config.store != default.store {
            return Ok(None);
        }
        let name = format!("stoa-dev-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        folder.remove();
        std::fs::create_dir(&folder.0).map_err(|error| {
            Problem::new(
                format!("make the folder {}", folder.0.display()),
                error,
                "check that the folder for temporary files can be written",
            )
        })?;
        config.store.path = folder.0.join("stoa.sqlite");
        if config.files.path == default.files.path {
            config.files.path = folder.0.join("files");
        }
        Ok(Some(folder))
    }

    fn remove(&self) {
        // What is not there need not be removed.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drop for DemoFolder {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Makes the demo tenant in an empty database; the code of the link into its open meeting.
pub(crate) async fn furnish(store: &Store) -> Result<Option<String>, Problem> {
    made(store).await.map_err(|error| {
        Problem::new(
            "make the demo tenant",
            Told(error),
            "check that the folder for temporary files can be written",
        )
    })
}

async fn made(store: &Store) -> Result<Option<String>, Denied> {
    if !store.reader().await?.people().is_empty().await? {
        return Ok(None);
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
    let owner = tx.people().find_by_email(EMAIL).await?.map(|row| row.id);
    let code = meetings(&mut tx, &mut context, owner).await?;
    tx.commit().await?;
    Ok(code)
}

/// One to enter at once, one with a lobby, one for the calendar; the code of the first.
async fn meetings(
    tx: &mut Tx,
    context: &mut Context,
    host: Option<PersonId>,
) -> Result<Option<String>, Denied> {
    let meeting = |title: &str, template: &str| NewRoom {
        kind: Kind::Meeting,
        title: title.to_owned(),
        template: Some(template.to_owned()),
        schedule: None,
        settings: SettingsPatch::default(),
        agenda: None,
        host: host.clone(),
        language: Language::Chinese,
    };
    let weekly = NewRoom {
        schedule: Some(NewSchedule {
            starts_at: "2026-01-06T10:00".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            duration_min: 45,
            recurrence: Some("FREQ=WEEKLY;BYDAY=TU".to_owned()),
        }),
        ..meeting("演示周会 · Demo weekly review", "promotion")
    };
    rooms::create(tx, context, weekly).await?;
    let guarded = NewRoom {
        settings: SettingsPatch {
            lobby: Some(true),
            ..SettingsPatch::default()
        },
        ..meeting("演示等候室 · Demo meeting with a lobby", "new_products")
    };
    rooms::create(tx, context, guarded).await?;
    let open = meeting("演示会议 · Demo meeting", "new_products");
    let open = rooms::create(tx, context, open).await?;
    Ok(open.link_code.map(|code| code.expose().clone()))
}
