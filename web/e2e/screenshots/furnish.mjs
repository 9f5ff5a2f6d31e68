import { merchantOf } from "../lib/merchant.mjs";

const DAY_MS = 86_400_000;

/** Fills a tenant of each language with what a working week leaves behind. Plainly demo data. */
export async function furnish(server) {
  const demo = {};
  for (const [locale, words] of Object.entries(WORDS)) demo[locale] = await tenant(server, words);
  demo.empty = {
    en: await newcomer(server, { name: "Demo Newcomer", tenant: "demo-new", email: "newcomer@example.com" }, "New Demo Shop"),
    "zh-CN": await newcomer(server, { name: "演示新商户", tenant: "demo-new-zh", email: "newcomer.zh@example.com" }, "演示新店"),
  };
  return demo;
}

async function newcomer(server, account, shop) {
  const owner = await merchantOf(server, account);
  await owner.ask("PATCH", "/v1/tenant", { name: shop });
  return owner;
}

async function tenant(server, words) {
  const owner = await merchantOf(server, { name: words.owner, tenant: words.slug, email: words.email, operator: true });
  await owner.ask("PATCH", "/v1/tenant", {
    name: words.tenant,
    timezone: "Asia/Shanghai",
    locale: words.locale,
    brand: { primary_color: "#0f766e" },
  });
  for (const [name, email, role] of words.people) await owner.ask("POST", "/v1/people", { name, email, role });
  const templates = await owner.ask("GET", "/v1/templates?kind=meeting", undefined, { "accept-language": words.locale });
  const template = (at) => templates.items[at];
  const plan = (title, { day = 0, time, recurrence = null, id, ...rest }) =>
    owner.ask(
      "POST",
      "/v1/rooms",
      {
        kind: "meeting",
        title,
        ...(id && { template_id: id }),
        ...(time && { schedule: { starts_at: `${localDay(day)}T${time}`, timezone: "Asia/Shanghai", duration_min: 60, recurrence } }),
        ...rest,
      },
      { "accept-language": words.locale },
    );
  const [review, samples, terms, weekly, training, service] = words.rooms;
  const room = await plan(samples, { id: template(0)?.id, settings: { lobby: false } });
  await plan(review, { time: hourFromNow(1), id: template(4)?.id });
  await plan(terms, { day: 1, time: "10:00", id: template(3)?.id });
  const planned = await plan(weekly, { day: 2, time: "15:30", recurrence: "FREQ=WEEKLY" });
  await plan(training, { kind: "class", day: 3, time: "09:30" });
  await plan(service, { kind: "consult" });
  const later = await plan(words.later, { day: 1, time: "16:00" });
  const over = await plan(words.over, {});
  await owner.ask("PATCH", `/v1/rooms/${over.id}`, { state: "ended" });
  const quick = await plan(words.quick, { settings: { lobby: false } });
  const guarded = await plan(words.guarded, { settings: { lobby: true } });
  const locked = await owner.link(guarded, { role: "member", person_name: words.guest, passcode: "2468" });
  const withdrawn = await owner.link(guarded, { role: "member", label: words.guest });
  await owner.ask("DELETE", `/v1/links/${withdrawn.id}`);
  await owner.link(room, { role: "member", person_name: words.guest, expires_at: new Date(Date.now() + 7 * DAY_MS).toISOString() });
  await owner.link(room, { role: "co_host", person_name: words.people[0][0] });
  await upload(owner, room, words.file, words.fileText);
  await owner.ask("POST", "/v1/api-keys", { label: words.key, scopes: ["rooms.read", "rooms.write", "rooms.join"] });
  const webhook = await owner.ask("POST", "/v1/webhooks", { url: "https://shop.example.com/hooks/stoa", events: [] });
  await owner.ask("POST", `/v1/webhooks/${webhook.id}/test`);
  return { owner, words, room, planned, later, over, quick, guarded, locked, withdrawn, webhook };
}

async function upload(owner, room, name, text) {
  const path = `/v1/rooms/${room.id}/files?name=${encodeURIComponent(name)}`;
  const response = await fetch(`${owner.server.http}${path}`, {
    method: "POST",
    headers: { ...owner.headers(), "content-type": "text/csv" },
    body: text,
  });
  if (!response.ok) throw new Error(`the demo file was not taken: ${await response.text()}`);
}

/** By the clocks of Shanghai. */
const localDay = (days) => new Date(Date.now() + 8 * 3_600_000 + days * DAY_MS).toISOString().slice(0, 10);
const hourFromNow = (hours) => `${new Date(Date.now() + (8 + hours) * 3_600_000).toISOString().slice(11, 13)}:00`;

const WORDS = {
  en: {
    locale: "en",
    slug: "demo",
    tenant: "Demo Shop",
    owner: "Demo Owner",
    email: "owner@example.com",
    guest: "Demo Supplier",
    guests: ["Demo Supplier", "Demo Buyer", "Demo Quality"],
    people: [
      ["Demo Buyer", "buyer@example.com", "staff"],
      ["Demo Operations", "operations@example.com", "admin"],
      ["Demo Service", "service@example.com", "staff"],
    ],
    rooms: ["Monthly statement", "Autumn samples", "Payment terms for next season", "Weekly quality review", "Training for new staff", "Questions about an order"],
    later: "Launch of the winter line",
    over: "Last week’s promotion",
    guarded: "Negotiation",
    quick: "Quick call",
    ui: { files: "Files", agenda: "Agenda", questions: "Q&A" },
    key: "Order system",
    file: "price list (demo).csv",
    fileText: "article,price\njacket,129\nscarf,39\n",
    chat: ["The colour of sample 3 is the new one.", "Could you show the seam again?", "Price list: https://shop.example.com/prices"],
    questions: ["When can the first lot be shipped?", "Is there a sample in green?", "What is the smallest order of a colour?"],
    answer: "From the 10th of December on.",
  },
  "zh-CN": {
    locale: "zh-CN",
    slug: "demo-zh",
    tenant: "演示商店",
    owner: "演示店主",
    email: "owner.zh@example.com",
    guest: "演示供应商",
    guests: ["演示供应商", "演示买手", "演示质检"],
    people: [
      ["演示买手", "buyer.zh@example.com", "staff"],
      ["演示运营", "operations.zh@example.com", "admin"],
      ["演示客服", "service.zh@example.com", "staff"],
    ],
    rooms: ["月度对账", "秋季样品上新", "下一季账期沟通", "每周品控会", "新员工培训", "订单咨询"],
    later: "冬季新品发布",
    over: "上周促销复盘",
    guarded: "议价会",
    quick: "临时沟通",
    ui: { files: "文件", agenda: "议程", questions: "问答" },
    key: "订单系统",
    file: "报价单（演示）.csv",
    fileText: "货号,价格\n外套,129\n围巾,39\n",
    chat: ["3 号样品的颜色是新款。", "能再展示一下缝线吗？", "报价单：https://shop.example.com/prices"],
    questions: ["首批货最早什么时候能发？", "有绿色的样品吗？", "单色最小起订量是多少？"],
    answer: "12 月 10 日起可以发货。",
  },
};
