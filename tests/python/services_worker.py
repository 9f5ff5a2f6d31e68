"""A voice-agent worker as people write one: it joins, greets, and stays until it is told to go.

    python services_worker.py AGENT_NAME PORT

Prints `assigned JOB_ID PID` when it has a job.
"""

import os
import sys

from livekit.agents import AgentServer, JobContext, JobExecutorType, cli

NAME, PORT = sys.argv.pop(1), int(sys.argv.pop(1))

# Whether this machine is busy or slow is not what is tested.
server = AgentServer(
    host="127.0.0.1",
    port=PORT,
    job_executor_type=JobExecutorType.THREAD,
    num_idle_processes=1,
    load_threshold=float("inf"),
    initialize_process_timeout=120,
)


async def entrypoint(ctx: JobContext) -> None:
    await ctx.connect()
    await ctx.room.local_participant.set_attributes({"worker": os.environ["WORKER_LABEL"]})
    greeting = f"hello from {os.environ['WORKER_LABEL']} in job {ctx.job.id}"
    await ctx.room.local_participant.publish_data(greeting, reliable=True, topic="greeting")
    print(f"assigned {ctx.job.id} {os.getpid()}", flush=True)


server.rtc_session(entrypoint, agent_name=NAME)

if __name__ == "__main__":
    sys.argv.append("start")
    cli.run_app(server)
