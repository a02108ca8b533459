namespace PantryChain.Telemetry.Tests;

/// <summary>Time that passes only when a test says so, timers included.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(this, () => callback(state), period) { Due = GetTimestamp() + dueTime.Ticks };
        lock (_alarms)
            _alarms.Add(alarm);
        return alarm;
    }

    /// <summary>Lets time pass; what falls due is called once.</summary>
    public void Advance(TimeSpan by)
    {
        long now = Interlocked.Add(ref _now, by.Ticks);
        List<Alarm> due;
        lock (_alarms)
            due = _alarms.FindAll(alarm => alarm.Due <= now);
        foreach (Alarm alarm in due)
            alarm.Ring(now);
    }

    private sealed class Alarm(SteppedTime time, Action ring, TimeSpan period) : ITimer
    {
        public long Due { get; set; }

        public void Ring(long now)
        {
            Due = now + period.Ticks;
            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (time._alarms)
                time._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
