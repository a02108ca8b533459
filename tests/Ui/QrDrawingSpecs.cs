using System.Globalization;
using System.Text.RegularExpressions;
using PantryChain.Ui.Components;
using ZXing;
using ZXing.Common;

namespace PantryChain.Ui.Tests;

/// <summary>What is drawn is read back by another library's decoder.</summary>
public sealed partial class QrDrawingSpecs
{
    private const int Pixels = 4; // a module

    [Theory]
    [InlineData("http://192.168.0.7:8080/trust")]
    [InlineData("https://pantry.home.arpa:8443/login?next=%2Finbox")]
    [InlineData("밤나무 우유")]
    public void A_camera_reads_the_drawing_of_a_page(string text) => Read(QrDrawing.Of(text)).Should().Be(text);

    [Fact]
    public void A_camera_reads_the_drawing_of_a_terminal()
    {
        string[] lines = QrDrawing.ForTerminal("http://192.168.0.7:8080/trust").Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).ToArray();
        int size = lines.Max(line => line.Length);
        bool[,] dark = new bool[2 * lines.Length, size];
        for (int y = 0; y < lines.Length; y++)
        {
            for (int x = 0; x < size; x++) // a block is lit on the terminal's dark ground
            {
                char block = x < lines[y].Length ? lines[y][x] : ' ';
                (dark[2 * y, x], dark[2 * y + 1, x]) = (block is ' ' or '▄', block is ' ' or '▀');
            }
        }
        Decode(dark).Should().Be("http://192.168.0.7:8080/trust");
    }

    private static string? Read((int Size, string Dark) drawing)
    {
        bool[,] dark = new bool[drawing.Size, drawing.Size];
        foreach (Match run in Runs().Matches(drawing.Dark))
        {
            for (int x = 0; x < Number(run, 3); x++)
                dark[Number(run, 2), Number(run, 1) + x] = true;
        }
        return Decode(dark);
    }

    private static string? Decode(bool[,] dark)
    {
        (int height, int width) = (dark.GetLength(0), dark.GetLength(1));
        byte[] grey = new byte[height * width * Pixels * Pixels];
        for (int y = 0; y < height * Pixels; y++)
        {
            for (int x = 0; x < width * Pixels; x++)
                grey[y * width * Pixels + x] = dark[y / Pixels, x / Pixels] ? (byte)0 : (byte)255;
        }
        BarcodeReaderGeneric reader = new() { Options = new DecodingOptions { PossibleFormats = [BarcodeFormat.QR_CODE], CharacterSet = "UTF-8" } };
        return reader.Decode(new RGBLuminanceSource(grey, width * Pixels, height * Pixels, RGBLuminanceSource.BitmapFormat.Gray8))?.Text;
    }

    private static int Number(Match run, int group) => int.Parse(run.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1")]
    private static partial Regex Runs();
}
