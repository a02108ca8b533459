using System.Diagnostics.CodeAnalysis;
using System.Net;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Live;

/// <summary>One open live connection.</summary>
/// <param name="address">Where it comes from.</param>
/// <param name="isKnown">True for somebody who is logged in.</param>
/// <param name="gone">Ends it.</param>
internal sealed class LivePlace(IPAddress? address, bool isKnown, CancellationTokenSource gone)
{
    /// <summary>Who counts as one.</summary>
    public IPAddress Sender { get; } = address is null ? IPAddress.None : Senders.GroupOf(address);

    /// <summary>True for somebody who is logged in.</summary>
    public bool IsKnown => isKnown;

    /// <summary>Ends the connection.</summary>
    public void End()
    {
        try
        {
            gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it went by itself in this moment
        }
    }
}

/// <summary>Who may hold a live connection open when more want to than there are places.</summary>
/// <remarks>
/// Connections that only lie there must keep nobody's page from being live. So whoever is not logged in has a share per address, and the newest counts: one more ends the oldest of the
/// same address. When all places are taken, the oldest of the address that holds most goes. Nobody who is logged in ever has to. Thread safe.
/// </remarks>
internal sealed class LivePlaces(int most)
{
    /// <summary>Most of one address without a login.</summary>
    public const int MostPerAddress = 16;

    private readonly List<LivePlace> _taken = []; // oldest first
    private readonly Lock _lock = new();

    /// <summary>How many are taken.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _taken.Count;
        }
    }

    /// <summary>Takes a place; false when all are taken by people who are logged in.</summary>
    public bool TryTake(LivePlace wanted, [NotNullWhen(true)] out LivePlace? place)
    {
        LivePlace? leaves = null;
        lock (_lock)
        {
            bool isFull = _taken.Count >= most;
            if (!wanted.IsKnown && _taken.Count(one => !one.IsKnown && one.Sender.Equals(wanted.Sender)) >= MostPerAddress)
                leaves = _taken.Find(one => !one.IsKnown && one.Sender.Equals(wanted.Sender));
            else if (isFull)
                leaves = _taken.Where(one => !one.IsKnown).GroupBy(one => one.Sender).MaxBy(sender => sender.Count())?.First();
            place = isFull && leaves is null ? null : wanted;
            if (leaves is not null)
                _taken.Remove(leaves);
            if (place is not null)
                _taken.Add(place);
        }
        leaves?.End();
        return place is not null;
    }

    /// <summary>Gives a place back that is still held.</summary>
    public void GiveBack(LivePlace place)
    {
        lock (_lock)
            _taken.Remove(place);
    }
}
