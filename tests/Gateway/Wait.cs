using System.Diagnostics;

namespace PantryChain.Gateway.Tests;

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Wait
{
    public static Task Until(Func<bool> holds, string what, int seconds = 180) => Until(() => Task.FromResult(holds()), what, seconds);

    public static async Task Until(Func<Task<bool>> holds, string what, int seconds = 180)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"Waited {seconds} s in vain until {what}.");
            await Task.Delay(20);
        }
    }
}
