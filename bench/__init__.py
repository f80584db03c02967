"""What the pipeline costs in calls, time and memory, each measured beside what it is compared with."""
