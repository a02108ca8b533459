using System.Collections.Concurrent;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class SteppingThreadSpecs
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<Exception> _failures = new();

    [Fact]
    public async Task A_step_that_outlasts_its_callers_patience_finds_everything_in_place()
    {
        using ManualResetEventSlim inside = new(), mayEnd = new();
        bool disposed = false, early = false;
        SteppingThread thread = new("test", () =>
        {
            inside.Set();
            mayEnd.Wait();
            early = Volatile.Read(ref disposed);
            return new StepTaken(TimeSpan.FromMinutes(5), IsWell: true); // looks at its stop sign
        }, _failures.Enqueue);
        thread.Start();
        inside.Wait(Deadline).Should().BeTrue();
        using CancellationTokenSource noPatience = new();
        await noPatience.CancelAsync();

        Func<Task> stop = () => thread.StopAsync(noPatience.Token);
        await stop.Should().ThrowAsync<OperationCanceledException>();
        Task disposing = Task.Run(() =>
        {
            thread.Dispose();
            Volatile.Write(ref disposed, true);
        });
        mayEnd.Set();
        await disposing.WaitAsync(Deadline);

        early.Should().BeFalse("what a step uses is let go after it");
        _failures.Should().BeEmpty();
    }

    [Fact]
    public async Task A_failure_is_told_once_and_the_steps_go_on()
    {
        using ManualResetEventSlim recovered = new();
        int steps = 0;
        using SteppingThread thread = new("test", () =>
        {
            if (Interlocked.Increment(ref steps) <= 2)
                throw new IOException("gone");
            recovered.Set();
            return new StepTaken(TimeSpan.FromMinutes(5), IsWell: true);
        }, _failures.Enqueue);

        thread.Start();

        recovered.Wait(Deadline).Should().BeTrue();
        await thread.StopAsync(CancellationToken.None).WaitAsync(Deadline);
        _failures.Should().ContainSingle().Which.Message.Should().Be("gone");
    }

    [Fact]
    public async Task Stopping_before_the_start_twice_or_after_the_end_is_harmless()
    {
        SteppingThread never = new("test", () => default, _failures.Enqueue);

        await never.StopAsync(CancellationToken.None);
        never.Dispose();
        never.Dispose();
        await never.StopAsync(CancellationToken.None);

        _failures.Should().BeEmpty();
    }
}
