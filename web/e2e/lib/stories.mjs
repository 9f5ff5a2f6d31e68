/** Tells stories one after the other and ends the process with what came of them. */
export async function tell(stories, finish = async () => {}) {
  let failed = 0;
  for (const [title, story] of Object.entries(stories)) {
    try {
      await story();
      console.log(`ok   ${title}`);
    } catch (error) {
      failed += 1;
      console.error(`FAIL ${title}\n`, error);
    }
  }
  await finish();
  process.exit(failed ? 1 : 0);
}
