//! What stories begin with.

use crate::database::Database;
use base::rng::Rng;
use base::{EventId, LinkId, PersonId, Redacted, RoomId, TenantId, WebhookId};
use store::files::FileRow;
use store::history::{AttendanceRow, SessionRow};
use store::hooks::HookRow;
use store::links::LinkRow;
use store::outbox::Event;
use store::people::PersonRow;
use store::rooms::RoomRow;
use store::tenants::TenantRow;

/// Ids that sort as they are counted.
pub(crate) fn tenant_id(n: u32) -> TenantId {
    TenantId::parse(&format!("ten_{n:04}")).expect("an id")
}

pub(crate) fn person_id(n: u32) -> PersonId {
    PersonId::parse(&format!("per_{n:04}")).expect("an id")
}

pub(crate) fn room_id(n: u32) -> RoomId {
    RoomId::parse(&format!("room_{n:04}")).expect("an id")
}

pub(crate) fn link_id(n: u32) -> LinkId {
    LinkId::parse(&format!("lnk_{n:04}")).expect("an id")
}

pub(crate) fn hook_id(n: u32) -> WebhookId {
    WebhookId::parse(&format!("hook_{n:04}")).expect("an id")
}

pub(crate) fn tenant_row(n: u32, created_ms: u64) -> TenantRow {
    TenantRow {
        id: tenant_id(n),
        name: format!("Tenant {n}"),
        slug: format!("tenant-{n}"),
        brand: "{}".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        locale: "zh-CN".to_owned(),
        retention_days: 90,
        created_ms,
        version: 1,
    }
}

pub(crate) fn person_row(n: u32) -> PersonRow {
    PersonRow {
        id: person_id(n),
        email: Redacted::new(format!("person{n}@example.com")),
        name: Redacted::new(format!("人 {n}")),
        locale: "zh-CN".to_owned(),
        password_hash: None,
        platform_role: None,
        created_ms: 1_000,
        version: 1,
    }
}

pub(crate) fn room_row(n: u32, tenant: u32) -> RoomRow {
    RoomRow {
        id: room_id(n),
        tenant: tenant_id(tenant),
        kind: "meeting".to_owned(),
        title: format!("Room {n}"),
        template: None,
        state: "active".to_owned(),
        host: None,
        host_name: None,
        link_code: None,
        schedule: None,
        next_start_ms: 1_000,
        next_end_ms: 2_000,
        recurs: false,
        settings: "{}".to_owned(),
        agenda: "[]".to_owned(),
        created_ms: 1_000,
        changed_ms: 1_000,
        version: 1,
    }
}

pub(crate) fn link_row(n: u32, room: u32, tenant: u32) -> LinkRow {
    LinkRow {
        id: link_id(n),
        tenant: tenant_id(tenant),
        room: room_id(room),
        code: Redacted::new(format!("code-{n}")),
        role: "member".to_owned(),
        label: String::new(),
        person_name: None,
        passcode_hash: None,
        expires_ms: None,
        max_uses: None,
        uses: 0,
        revoked_ms: None,
        is_default: false,
        created_ms: 1_000,
        version: 1,
    }
}

pub(crate) fn file_row(n: u32, room: u32, tenant: u32, content: u8) -> FileRow {
    FileRow {
        id: base::FileId::parse(&format!("file_{n:04}")).expect("an id"),
        tenant: tenant_id(tenant),
        room: Some(room_id(room)),
        name: format!("资质 {n}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes: 1_000,
        sha256: vec![content; 32],
        uploader: "per_0001".to_owned(),
        created_ms: 1_000,
    }
}

pub(crate) fn session_row(id: &str, room: u32, tenant: u32, started_ms: u64) -> SessionRow {
    SessionRow {
        id: id.to_owned(),
        tenant: tenant_id(tenant),
        room: room_id(room),
        started_ms,
        ended_ms: None,
        first_seq: 0,
        last_seq: None,
        people: 0,
    }
}

pub(crate) fn stay(id: &str, session: &str, identity: &str, joined_ms: u64) -> AttendanceRow {
    AttendanceRow {
        id: id.to_owned(),
        session: session.to_owned(),
        identity: identity.to_owned(),
        name: identity.to_uppercase(),
        role: "member".to_owned(),
        joined_ms,
        left_ms: None,
    }
}

pub(crate) fn hook_row(n: u32, tenant: u32) -> HookRow {
    HookRow {
        id: hook_id(n),
        tenant: tenant_id(tenant),
        url: Redacted::new("https://hook.example/".to_owned()),
        label: String::new(),
        secret: Redacted::new("whsec_".to_owned()),
        events: "[]".to_owned(),
        enabled: true,
        created_ms: 1_000,
        version: 1,
    }
}

pub(crate) fn event(name: &str, at_ms: u64) -> Event {
    Event {
        id: EventId::random(&mut Rng::from_seed(at_ms)),
        tenant: tenant_id(1),
        event: name.to_owned(),
        payload: Redacted::new(format!("{{\"at\":{at_ms}}}")),
        at_ms,
    }
}

impl Database {
    pub(crate) async fn tenant(&self, n: u32) {
        self.write(async |tx| tx.tenants().insert(&tenant_row(n, 1_000)).await)
            .await;
    }

    pub(crate) async fn person(&self, n: u32) {
        self.write(async |tx| tx.people().insert(&person_row(n)).await)
            .await;
    }

    pub(crate) async fn member(&self, tenant: u32, person: u32, role: &str, at_ms: u64) {
        let (tenant, person) = (tenant_id(tenant), person_id(person));
        self.write(async |tx| tx.people().set_role(at_ms, &tenant, &person, role).await)
            .await;
    }

    pub(crate) async fn room(&self, n: u32, tenant: u32) {
        self.write(async |tx| tx.rooms().insert(&room_row(n, tenant)).await)
            .await;
    }
}
