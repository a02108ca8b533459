namespace PantryChain.Store.Tests;

/// <summary>Waiting for a condition with a deadline, never for a time.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Asks until the answer is there.</summary>
    public static async Task<T> ForAsync<T>(Func<Task<T?>> ask, string what)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {what}.");
            await Task.Delay(20);
        }
    }

    /// <summary>Asks until it is so.</summary>
    public static Task UntilAsync(Func<Task<bool>> ask, string what) => ForAsync(async () => await ask() ? "yes" : null, what);
}
