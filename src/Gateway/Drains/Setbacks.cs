using System.Collections.Concurrent;
using System.Data.Common;

namespace PantryChain.Gateway.Drains;

/// <summary>Keeps the failure of one piece of work from ending the pass around it, and tells <c>/health</c> which pieces fail.</summary>
/// <remarks>A failing database passes through, for without it no piece can be done. Thread safe.</remarks>
internal sealed class Setbacks(TimeProvider time, ILogger<Setbacks> log)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10); // real time; longer than any drain rests, so that a piece that still fails is never missing

    private readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);

    /// <summary>Pieces that failed within the last minutes and did not succeed since.</summary>
    public IReadOnlyList<string> Failing
    {
        get
        {
            foreach ((string piece, long at) in _failed)
            {
                if (time.GetElapsedTime(at) > Remembered)
                    _failed.TryRemove(KeyValuePair.Create(piece, at)); // nobody does it any more
            }
            return [.. _failed.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Does a piece of work; a failure is noted and <paramref name="otherwise"/> stands in its place.</summary>
    public T Try<T>(string piece, Func<T> work, T otherwise)
    {
        try
        {
            T done = work();
            Over(piece);
            return done;
        }
        catch (Exception error) when (IsItsOwn(error))
        {
            Note(piece, error);
            return otherwise;
        }
    }

    /// <summary>Does a piece of work; a failure is noted and <paramref name="otherwise"/> stands in its place.</summary>
    public async Task<T> TryAsync<T>(string piece, Func<Task<T>> work, T otherwise)
    {
        try
        {
            T done = await work();
            Over(piece);
            return done;
        }
        catch (Exception error) when (IsItsOwn(error))
        {
            Note(piece, error);
            return otherwise;
        }
    }

    /// <summary>Notes that a piece failed.</summary>
    public void Note(string piece, Exception error)
    {
        if (_failed.ContainsKey(piece))
            log.LogDebug(error, "{Piece}: still failing", piece);
        else
            log.LogWarning("{Piece}: {Error} Everything else goes on, and it is tried again", piece, error.Message);
        _failed[piece] = time.GetTimestamp();
    }

    /// <summary>Notes that a piece succeeded.</summary>
    public void Over(string piece)
    {
        if (_failed.TryRemove(piece, out _))
            log.LogInformation("{Piece}: works again", piece);
    }

    private static bool IsItsOwn(Exception error) => error is not (OperationCanceledException or OutOfMemoryException or DbException);
}
