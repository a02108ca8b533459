using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Scripts;

namespace PantryChain.Rehearsal.Audit;

/// <summary>When the gateway's page offered an act about an empty shelf, as far as somebody looked at it.</summary>
internal sealed class Offers
{
    private readonly Dictionary<Gtin, List<(DateTimeOffset At, bool Offered)>> _changes = [];

    /// <summary>Takes in what the page says now.</summary>
    public void Note(GatewayState state, DateTimeOffset now)
    {
        foreach (ProductState product in state.Products)
        {
            if (!_changes.TryGetValue(product.Gtin, out List<(DateTimeOffset At, bool Offered)>? changes))
                _changes[product.Gtin] = changes = [];
            if ((changes.Count > 0 && changes[^1].Offered) != product.OffersAct)
                changes.Add((now, product.OffersAct));
        }
    }

    /// <summary>True when an act about a product stood on the page.</summary>
    public bool IsOffered(Gtin gtin, DateTimeOffset at)
    {
        if (!_changes.TryGetValue(gtin, out List<(DateTimeOffset At, bool Offered)>? changes))
            return false;
        int next = changes.FindIndex(change => change.At > at);
        return next < 0 ? changes.Count > 0 && changes[^1].Offered : next > 0 && changes[next - 1].Offered;
    }
}
