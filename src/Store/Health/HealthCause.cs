using System.Text.Json;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Health;

/// <summary>One reason why the store is not well.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Detail">The figure, name or message that belongs to it.</param>
internal sealed record HealthCause(StoreFault Fault, string Detail = "")
{
    /// <summary>Stable name for scripts.</summary>
    public string Code => JsonNamingPolicy.SnakeCaseLower.ConvertName(Fault.ToString());
}
