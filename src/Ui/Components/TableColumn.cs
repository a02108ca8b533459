using Microsoft.AspNetCore.Components;

namespace PantryChain.Ui.Components;

/// <summary>One column of a <c>DataTable</c>.</summary>
/// <param name="Header">Its name, which stands beside the value when the table becomes cards on a phone.</param>
/// <param name="Cell">What stands in it.</param>
/// <param name="IsNumber">Right-aligned with figures of equal width.</param>
public sealed record TableColumn<TRow>(string Header, RenderFragment<TRow> Cell, bool IsNumber = false)
{
    /// <summary>A column of plain text.</summary>
    public TableColumn(string header, Func<TRow, string> text, bool isNumber = false)
        : this(header, row => builder => builder.AddContent(0, text(row)), isNumber)
    {
    }
}
