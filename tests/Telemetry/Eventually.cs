namespace PantryChain.Telemetry.Tests;

/// <summary>Waiting for a condition with a deadline, never for a fixed time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public static async Task BeTrueAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!condition())
        {
            deadline.IsCancellationRequested.Should().BeFalse($"{what} is expected within {Deadline}");
            await Task.Delay(10);
        }
    }

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Deadline);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Deadline);
}
