using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace PantryChain.Ui.Components;

/// <summary>Draws QR codes, for pages and for terminals.</summary>
/// <remarks>Pure. Error correction M: 15 % of the modules may be hidden by a reflection on the screen (ISO/IEC 18004, §7.5.1).</remarks>
public static class QrDrawing
{
    /// <summary>Modules along a side, quiet zone included, and the dark ones as an SVG path of unit squares.</summary>
    public static (int Size, string Dark) Of(string text)
    {
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        StringBuilder path = new();
        for (int y = 0; y < code.ModuleMatrix.Count; y++)
        {
            BitArray row = code.ModuleMatrix[y];
            for (int x = 0; x < row.Length; x++)
            {
                int from = x;
                while (x < row.Length && row[x])
                    x++;
                if (x > from)
                    path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1h-{x - from}z");
            }
        }
        return (code.ModuleMatrix.Count, path.ToString());
    }

    /// <summary>The same in half blocks of a terminal, light on its dark ground.</summary>
    public static string ForTerminal(string text)
    {
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using AsciiQRCode drawing = new(code);
        return drawing.GetGraphicSmall();
    }
}
