"""Work that takes time: jobs that are seen, cancelled, and gone on with after a restart."""

from service.jobs.model import Event, Job, JobCancelled, Jobs, JobState, JobStopped, Progress, TooManyJobs, UnknownJob
from service.jobs.runner import JobRunner, Kind, Work
from service.jobs.running import Cancellable, Running
from service.jobs.store import SqliteJobs

__all__ = [
    "Cancellable",
    "Event",
    "Job",
    "JobCancelled",
    "JobRunner",
    "JobState",
    "JobStopped",
    "Jobs",
    "Kind",
    "Progress",
    "Running",
    "SqliteJobs",
    "TooManyJobs",
    "UnknownJob",
    "Work",
]
